// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {IERC165} from "./IERC165.sol";

/// @dev Role bits of a key; a key may have both. They are not functions of the contract, because it must have no
/// function without arguments (see the fallback below).
uint8 constant ANCHOR = 1;
uint8 constant REVOKE = 2;

/// @notice An account that may act for an issuer. Its storage is one slot, the fields from the low end.
/// @param issuer The issuer it is bound to, forever; zero if it is bound to none.
/// @param roles What it may do: ANCHOR, REVOKE, both or nothing.
/// @param until It acts while the block's time is before this; 0 means without end. In seconds, as all times here.
/// @param compromisedFrom Its anchors from this time on are void; 0 means that it is not compromised.
struct Key {
    address issuer;
    uint8 roles;
    uint40 until;
    uint40 compromisedFrom;
}

/// @notice What the registry holds about one batch root of one issuer. One slot, the fields from the low end.
/// @param key The key that anchored it.
/// @param time The time of the block that anchored it; 0 means that it is not anchored.
/// @param size The number of credentials in the batch; 0 for a root that came through the fallback.
/// @param revoked Whether the whole batch is revoked. Single credentials are in `revokedWord`.
/// @param reason The reason given to `revokeBatch`.
struct Batch {
    address key;
    uint40 time;
    uint32 size;
    bool revoked;
    uint8 reason;
}

/// @notice Credentials to revoke: those of `root` with index `256 * word + i`, for every bit `1 << i` set in `mask`.
struct Revocation {
    bytes32 root;
    uint256 word;
    uint256 mask;
}

/// @title The registry of batch roots
/// @notice Issuers anchor the Merkle roots of batches of credentials here, and revoke credentials. Anybody reads.
///
/// The contract has no owner, cannot be paused, changed or ended, holds no money, and calls no other contract. Nobody
/// but an issuer's own admin and keys can act for that issuer, now or later. It is deployed at one address on every
/// chain through the deterministic deployer 0x4e59b44847b379578588920cA78FbF26c0B4956C.
///
/// It stores nothing about persons: hashes, sizes, times, accounts, and one text an issuer, its own identifier. What
/// is written here is public forever. Never put personal data, or a hash that could be guessed, into any argument.
///
/// THE RULE. An anchor is good if and only if its `time` is not 0 and the `compromisedFrom` of its `key` is 0 or later
/// than that time. An anchor that is stored but not good is void.
///
/// THREE POWERS. An issuer's admin names keys and declares them compromised, but cannot anchor or revoke unless it
/// names itself. A key with ANCHOR anchors; a key with REVOKE revokes whatever any key of the same issuer anchored, so
/// that changing keys never loses the power to revoke. Keep REVOKE cold: a key that works every night needs ANCHOR only.
///
/// STORAGE is part of this specification; verifiers read it with `eth_getProof`. `a . b` is the concatenation of two
/// 32-byte words, numbers and addresses padded on the left, and bit ranges count from the low end.
/// - issuer i = keccak256(issuer . 0): the admin; i + 1: the proposed admin; i + 2: the profile (a Solidity string)
/// - key k = keccak256(key . 1): issuer [0,160) roles [160,168) until [168,208) compromisedFrom [208,248)
/// - batch b = keccak256(root . keccak256(issuer . 2)): key [0,160) time [160,200) size [200,232) revoked [232,240)
///   reason [240,248)
/// - revoked word w = keccak256(w . (b + 1)): bit i is the credential with index 256 * w + i
///
/// THE FALLBACK takes exactly 32 bytes of calldata as a root and anchors it with size 0, for verifiers that expect the
/// bare root as the input of a transaction from the issuer's key (Blockcerts). Any other length is refused, and so is
/// money. A root whose first four bytes are the selector of a function here reaches that function instead; since every
/// function takes at least one argument, 28 further bytes cannot be decoded and the call reverts. It happens to about
/// one root in 200 million: seal the batch again. Such an anchor can be revoked as a whole only; `isActive` and
/// `verifyLeaf` are false for it.
interface IAnchorRegistry is IERC165 {
    /// @notice `issuer` exists from now on, under `admin`. `creator` and `salt` (with the chain) made its id.
    event IssuerCreated(address indexed issuer, address indexed admin, address indexed creator, bytes32 salt);
    /// @notice The admin offered `issuer` to `proposed`; the zero address withdraws the offer.
    event AdminProposed(address indexed issuer, address indexed proposed);
    /// @notice `admin` accepted and is the admin of `issuer` from now on.
    event AdminChanged(address indexed issuer, address indexed admin);
    /// @notice `issuer` states `profile` as its identifier.
    event ProfileSet(address indexed issuer, string profile);
    /// @notice `key` bound itself to `issuer`, forever. It has no role yet.
    event Served(address indexed issuer, address indexed key);
    /// @notice `key` acts for `issuer` in `roles` until the time `until`.
    event KeySet(address indexed issuer, address indexed key, uint8 roles, uint40 until);
    /// @notice `key` lost its roles for good, and what it anchored for `issuer` at or after the time `from` is void.
    event Compromised(address indexed issuer, address indexed key, uint40 from);
    /// @notice `key` anchored `root` for `issuer`. The time is the block's. A second event for the same root means
    /// that the first anchor was void.
    event Anchored(address indexed issuer, bytes32 indexed root, address indexed key, uint32 size);
    /// @notice The bits of `mask` in `word` were clear and are set from now on: each credential of a root appears in
    /// at most one such event, and its time is that credential's time of revocation.
    event Revoked(address indexed issuer, bytes32 indexed root, uint256 word, uint256 mask, uint8 reason);
    /// @notice The whole batch is revoked from now on.
    event BatchRevoked(address indexed issuer, bytes32 indexed root, uint8 reason);

    /// @notice An admin cannot be the zero address.
    error ZeroAdmin();
    /// @notice This caller has created `issuer` before.
    error IssuerExists(address issuer);
    /// @notice No such issuer on this chain.
    error UnknownIssuer(address issuer);
    /// @notice `account` is not the admin of `issuer`.
    error NotAdmin(address issuer, address account);
    /// @notice `account` is not the admin proposed for `issuer`.
    error NotProposed(address issuer, address account);
    /// @notice `key` is bound to `issuer` already, and forever.
    error KeyIsBound(address key, address issuer);
    /// @notice `key` does not serve `issuer`: it must first call `serve` itself.
    error KeyDoesNotServe(address key, address issuer);
    /// @notice `key` is compromised and gets no role again.
    error KeyIsCompromised(address key);
    /// @notice `key` lacks `role` at present: it never had it, or it was taken away, or the key is compromised.
    error NotPermitted(address key, uint8 role);
    /// @notice `key` has acted until the time `until` and does no more.
    error KeyExpired(address key, uint40 until);
    /// @notice Only the bits ANCHOR and REVOKE are roles.
    error UnknownRoles(uint8 roles);
    /// @notice A compromise begins after time 0, not in the future, and earlier than was declared before.
    error InvalidCompromise(uint40 from);
    /// @notice The zero word is no root.
    error ZeroRoot();
    /// @notice A batch has at least one credential.
    error ZeroSize(bytes32 root);
    /// @notice `issuer` has anchored `root`, and that anchor is good or its batch is revoked.
    error AlreadyAnchored(address issuer, bytes32 root);
    /// @notice `issuer` has not anchored `root`.
    error NotAnchored(address issuer, bytes32 root);
    /// @notice As many sizes as roots, and at least one of them.
    error InvalidLengths(uint256 roots, uint256 sizes);
    /// @notice `word` lies wholly beyond the size of the batch `root`.
    error WordBeyondSize(bytes32 root, uint256 word);
    /// @notice No item, or an item without any bit.
    error NothingToRevoke();
    /// @notice The whole batch is revoked already; its reason stands.
    error AlreadyRevoked(address issuer, bytes32 root);
    /// @notice The fallback takes exactly 32 bytes of calldata.
    error NotARoot(uint256 length);

    /// @notice Create an issuer under `admin` and return its id.
    /// @dev The id is the low 20 bytes of `keccak256(abi.encode(block.chainid, msg.sender, salt))`. It is a name, not an
    /// account: nobody holds a key for it, and money sent to it is lost.
    /// Nobody else can take the id that a caller will get. Warning: never call this through a contract that others can
    /// make call it too (a multicall, a relayer): there the first to come takes the id for an admin of their own.
    /// Reverts with ZeroAdmin or IssuerExists.
    function createIssuer(address admin, bytes32 salt) external returns (address issuer);

    /// @notice Offer `issuer` to `proposed`, which becomes its admin when it accepts. Only the admin.
    /// @dev The latest offer counts, and the zero address withdraws it. Until then everything stays as it is.
    /// Warning: an admin that is lost cannot be replaced; issuer and keys stay as they are. Use an account with recovery.
    /// Reverts with NotAdmin.
    function proposeAdmin(address issuer, address proposed) external;

    /// @notice Become the admin of `issuer`. Only who was proposed.
    /// @dev The keys keep their roles, and so does the former admin's own address if it is a key. Reverts with
    /// NotProposed.
    function acceptAdmin(address issuer) external;

    /// @notice State `profile`, the issuer's decentralised identifier (DID), for example `did:web:example.org`.
    /// @dev Only the admin; an empty text removes it. Warning: it is a claim of whoever made the issuer, and anybody can
    /// claim anything. It proves nothing unless the DID's own document names this chain, registry and issuer. Readers
    /// limit the length they accept; a DID fits in 255 bytes. Reverts with NotAdmin.
    function setProfile(address issuer, string calldata profile) external;

    /// @notice Bind the caller to `issuer` as one of its keys, forever. The admin then gives it roles with `setKey`.
    /// @dev That the key itself must call this keeps strangers from claiming somebody's key for an issuer of their own.
    /// Warning: it cannot be undone; the account never serves another issuer here. Check the id. Reverts with
    /// UnknownIssuer, or with KeyIsBound, also if it serves that very issuer.
    function serve(address issuer) external;

    /// @notice Let `key` act for `issuer` in `roles` while the time is before `until` (0: without end). Only the admin.
    /// @dev Replaces what was set before. `roles` 0 takes all roles away and voids nothing, and they can be given again.
    /// The key has called `serve`; only an admin that names itself need not, and is bound as if it had. An `until` that
    /// has passed is accepted and lets the key do nothing.
    /// Reverts with NotAdmin, UnknownRoles, KeyDoesNotServe, KeyIsBound (an admin naming itself that serves another
    /// issuer) or KeyIsCompromised.
    function setKey(address issuer, address key, uint8 roles, uint40 until) external;

    /// @notice Declare that others hold `key` since the time `from`: it loses its roles for good, and its anchors with
    /// a time of `from` or later are void. Only the admin.
    /// @dev 0 < from <= the block's time, and a later call may only move it earlier. It cannot be undone. Earlier anchors
    /// stay good. Void ones can be made again by another key (see `anchor`). Warning: revocations by the key stand,
    /// whenever they were made. A key without roles can be compromised too; one that does not serve the issuer cannot.
    /// Reverts with NotAdmin, KeyDoesNotServe or InvalidCompromise.
    function setCompromised(address issuer, address key, uint40 from) external;

    /// @notice Anchor `root`, the RFC 9162 root (SHA-256) of a batch of `size` credentials, for the caller's issuer.
    /// @dev Only a key with ANCHOR. A root is anchored once an issuer, and other issuers may anchor the same one: leaves
    /// must commit to chain, registry and issuer. Only a void anchor whose batch is not revoked can be made again, by
    /// another key, with new time, key and size; bits revoked before stay revoked.
    /// Warning: `size` decides how paths are verified. A wrong one makes every proof of the batch worthless and cannot
    /// be corrected: anchor another root. So it is with a root that came through the fallback first.
    /// Reverts with NotPermitted, KeyExpired, ZeroRoot, ZeroSize or AlreadyAnchored.
    function anchor(bytes32 root, uint32 size) external;

    /// @notice Anchor `roots[i]` with `sizes[i]` for every i, as `anchor` does: all of them or none.
    /// @dev Reverts as `anchor` does, and with InvalidLengths. A root that stands twice in the list is AlreadyAnchored.
    function anchorMany(bytes32[] calldata roots, uint32[] calldata sizes) external;

    /// @notice Revoke single credentials of batches of the caller's issuer: all the items or none.
    /// @dev Only a key with REVOKE, whichever key anchored the batch. A revocation is for ever: no call clears a bit. A bit
    /// that was set before is accepted, and keeps its first event and reason. So are bits at the end of the last word that
    /// stand for no credential, and batches that are void or wholly revoked.
    /// `reason` is a code that the registry does not interpret: 0 not stated, 1 issued in error, 2 superseded,
    /// 3 withdrawn, others are free. Warning: it is public forever and may one day be tied to a person by somebody who
    /// holds the credential. Keep it coarse.
    /// Reverts with NotPermitted, KeyExpired, NothingToRevoke, NotAnchored or WordBeyondSize. Every word is beyond the
    /// size of a root from the fallback: use `revokeBatch`.
    function revoke(Revocation[] calldata items, uint8 reason) external;

    /// @notice Revoke all credentials of a batch of the caller's issuer, for ever.
    /// @dev Only a key with REVOKE. Warning: a void anchor whose batch is revoked cannot be made again.
    /// Reverts with NotPermitted, KeyExpired, NotAnchored or AlreadyRevoked.
    function revokeBatch(bytes32 root, uint8 reason) external;

    /// @notice What is stored about `root` of `issuer`; all zero if it is not anchored.
    /// @dev Warning: a stored anchor may be void (see THE RULE).
    function batchOf(address issuer, bytes32 root) external view returns (Batch memory);

    /// @notice What is stored about `key`; all zero if it serves no issuer.
    function keyOf(address key) external view returns (Key memory);

    /// @notice The admin of `issuer` and the one proposed, each zero if there is none.
    function adminOf(address issuer) external view returns (address admin, address proposed);

    /// @notice What `issuer` claims to be; empty if it states nothing. See the warning at `setProfile`.
    function profileOf(address issuer) external view returns (string memory);

    /// @notice The revoked bits of the credentials 256 * word to 256 * word + 255 of a batch.
    /// @dev Warning: they are clear in a batch that is revoked as a whole or not anchored. Ask `isActive` about a credential.
    function revokedWord(address issuer, bytes32 root, uint256 word) external view returns (uint256);

    /// @notice Whether the batch has a credential `index`, its anchor is good, and neither it nor the batch is revoked.
    /// @dev False, never a revert, for whatever does not exist, and always for a root from the fallback.
    function isActive(address issuer, bytes32 root, uint256 index) external view returns (bool);

    /// @notice Whether the credential is active (see `isActive`) and `path` leads from its `leafHash` to `root`.
    /// @dev RFC 9162, section 2.1.3.2, with the size from this registry, as a path alone does not authenticate the size.
    /// `leafHash` is SHA-256(0x00 || leaf data). Warning: the caller computes it from the leaf data, which name the index
    /// and the issuer's domain. A leaf hash taken from somebody else proves only that they know the tree.
    function verifyLeaf(address issuer, bytes32 root, uint256 index, bytes32 leafHash, bytes32[] calldata path)
        external
        view
        returns (bool);
}
