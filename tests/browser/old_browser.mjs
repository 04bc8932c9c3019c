// Makes Node a browser that knows no Ed25519, as those before 2024 were.

const { subtle } = crypto;
const importKey = subtle.importKey.bind(subtle);

subtle.importKey = async (format, key, algorithm, ...rest) => {
  if (algorithm.name === "Ed25519") throw new DOMException("Unrecognized name.", "NotSupportedError");
  return importKey(format, key, algorithm, ...rest);
};
