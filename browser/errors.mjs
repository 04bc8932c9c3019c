// What is thrown, in the families of laurea.errors: a message for people, lower case, without a full stop.

export class LaureaError extends Error {}

// What was given is wrong: change it.
export class InputError extends LaureaError {}

// The bytes do not follow the format that they claim.
export class FormatError extends InputError {}

// What a signature says of a document cannot be told here.
export class Undecidable extends FormatError {}

export class ChainError extends LaureaError {}

// No node answered, or not in time: ask again later.
export class Unreachable extends ChainError {}

// The node or the registry is not the one that was named: asking again will not help.
export class WrongChain extends ChainError {}

// A node refused the question.
export class Refused extends ChainError {}

// Nodes contradict each other; which of them is right cannot be told.
export class Disagreement extends Refused {}
