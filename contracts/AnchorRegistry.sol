// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ANCHOR, Batch, IAnchorRegistry, Key, REVOKE, Revocation} from "./interfaces/IAnchorRegistry.sol";
import {IERC165} from "./interfaces/IERC165.sol";

/// @title The registry of batch roots
/// @notice The promises, the warnings and the storage layout are in IAnchorRegistry.
contract AnchorRegistry is IAnchorRegistry {
    struct Issuer {
        address admin;
        address proposed;
        string profile;
    }

    struct Record {
        Batch batch;
        mapping(uint256 word => uint256 bits) revoked;
    }

    /* STORAGE: THE ORDER IS PART OF THE SPECIFICATION */

    mapping(address issuer => Issuer) private _issuers;
    mapping(address key => Key) private _keys;
    mapping(address issuer => mapping(bytes32 root => Record)) private _records;

    /* MODIFIERS */

    modifier onlyAdmin(address issuer) {
        if (msg.sender != _issuers[issuer].admin) revert NotAdmin(issuer, msg.sender);
        _;
    }

    /* ISSUERS */

    /// @inheritdoc IAnchorRegistry
    function createIssuer(address admin, bytes32 salt) external returns (address issuer) {
        issuer = address(uint160(uint256(keccak256(abi.encode(block.chainid, msg.sender, salt)))));
        if (admin == address(0)) revert ZeroAdmin();
        if (_issuers[issuer].admin != address(0)) revert IssuerExists(issuer);

        _issuers[issuer].admin = admin;

        emit IssuerCreated(issuer, admin, msg.sender, salt);
    }

    /// @inheritdoc IAnchorRegistry
    function proposeAdmin(address issuer, address proposed) external onlyAdmin(issuer) {
        _issuers[issuer].proposed = proposed;

        emit AdminProposed(issuer, proposed);
    }

    /// @inheritdoc IAnchorRegistry
    function acceptAdmin(address issuer) external {
        if (msg.sender != _issuers[issuer].proposed) revert NotProposed(issuer, msg.sender);

        _issuers[issuer].admin = msg.sender;
        delete _issuers[issuer].proposed;

        emit AdminChanged(issuer, msg.sender);
    }

    /// @inheritdoc IAnchorRegistry
    function setProfile(address issuer, string calldata profile) external onlyAdmin(issuer) {
        _issuers[issuer].profile = profile;

        emit ProfileSet(issuer, profile);
    }

    /* KEYS */

    /// @inheritdoc IAnchorRegistry
    function serve(address issuer) external {
        if (_issuers[issuer].admin == address(0)) revert UnknownIssuer(issuer);

        _bind(issuer);
    }

    /// @inheritdoc IAnchorRegistry
    function setKey(address issuer, address key, uint8 roles, uint40 until) external onlyAdmin(issuer) {
        if (roles > ANCHOR | REVOKE) revert UnknownRoles(roles);
        if (key == msg.sender && _keys[key].issuer != issuer) _bind(issuer);
        if (_keys[key].issuer != issuer) revert KeyDoesNotServe(key, issuer);
        if (_keys[key].compromisedFrom != 0) revert KeyIsCompromised(key);

        _keys[key].roles = roles;
        _keys[key].until = until;

        emit KeySet(issuer, key, roles, until);
    }

    /// @inheritdoc IAnchorRegistry
    function setCompromised(address issuer, address key, uint40 from) external onlyAdmin(issuer) {
        if (_keys[key].issuer != issuer) revert KeyDoesNotServe(key, issuer);
        uint40 declared = _keys[key].compromisedFrom;
        if (from == 0 || from > block.timestamp) revert InvalidCompromise(from);
        if (declared != 0 && from >= declared) revert InvalidCompromise(from);

        _keys[key].compromisedFrom = from;
        _keys[key].roles = 0;

        emit Compromised(issuer, key, from);
    }

    /* ANCHORS */

    /// @inheritdoc IAnchorRegistry
    function anchor(bytes32 root, uint32 size) external {
        if (size == 0) revert ZeroSize(root);

        _anchor(_issuerActing(ANCHOR), root, size);
    }

    /// @inheritdoc IAnchorRegistry
    function anchorMany(bytes32[] calldata roots, uint32[] calldata sizes) external {
        if (roots.length == 0 || roots.length != sizes.length) revert InvalidLengths(roots.length, sizes.length);
        address issuer = _issuerActing(ANCHOR);

        for (uint256 i = 0; i < roots.length; i++) {
            if (sizes[i] == 0) revert ZeroSize(roots[i]);
            _anchor(issuer, roots[i], sizes[i]);
        }
    }

    /// @notice Anchor the 32 bytes of calldata as a root, with size 0. See THE FALLBACK in IAnchorRegistry.
    fallback() external {
        if (msg.data.length != 32) revert NotARoot(msg.data.length);

        _anchor(_issuerActing(ANCHOR), bytes32(msg.data), 0);
    }

    /* REVOCATIONS */

    /// @inheritdoc IAnchorRegistry
    function revoke(Revocation[] calldata items, uint8 reason) external {
        if (items.length == 0) revert NothingToRevoke();
        address issuer = _issuerActing(REVOKE);

        for (uint256 i = 0; i < items.length; i++) {
            _revoke(issuer, items[i], reason);
        }
    }

    /// @inheritdoc IAnchorRegistry
    function revokeBatch(bytes32 root, uint8 reason) external {
        address issuer = _issuerActing(REVOKE);
        Batch storage batch = _records[issuer][root].batch;
        if (batch.time == 0) revert NotAnchored(issuer, root);
        if (batch.revoked) revert AlreadyRevoked(issuer, root);

        batch.revoked = true;
        batch.reason = reason;

        emit BatchRevoked(issuer, root, reason);
    }

    /* VIEWS */

    /// @inheritdoc IAnchorRegistry
    function batchOf(address issuer, bytes32 root) external view returns (Batch memory) {
        return _records[issuer][root].batch;
    }

    /// @inheritdoc IAnchorRegistry
    function keyOf(address key) external view returns (Key memory) {
        return _keys[key];
    }

    /// @inheritdoc IAnchorRegistry
    function adminOf(address issuer) external view returns (address admin, address proposed) {
        return (_issuers[issuer].admin, _issuers[issuer].proposed);
    }

    /// @inheritdoc IAnchorRegistry
    function profileOf(address issuer) external view returns (string memory) {
        return _issuers[issuer].profile;
    }

    /// @inheritdoc IAnchorRegistry
    function revokedWord(address issuer, bytes32 root, uint256 word) external view returns (uint256) {
        return _records[issuer][root].revoked[word];
    }

    /// @inheritdoc IAnchorRegistry
    function isActive(address issuer, bytes32 root, uint256 index) public view returns (bool) {
        Record storage record = _records[issuer][root];
        Batch storage batch = record.batch;
        if (index >= batch.size || batch.revoked || !_isGood(batch)) return false;
        return record.revoked[index / 256] & (1 << (index % 256)) == 0;
    }

    /// @inheritdoc IAnchorRegistry
    function verifyLeaf(address issuer, bytes32 root, uint256 index, bytes32 leafHash, bytes32[] calldata path)
        external
        view
        returns (bool)
    {
        if (!isActive(issuer, root, index)) return false;
        return _leadsTo(root, _records[issuer][root].batch.size, index, leafHash, path);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IAnchorRegistry).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    /* INTERNAL */

    /// @dev Binds the caller to `issuer`: nobody else can, so nobody's key can be claimed.
    function _bind(address issuer) private {
        address bound = _keys[msg.sender].issuer;
        if (bound != address(0)) revert KeyIsBound(msg.sender, bound);

        _keys[msg.sender].issuer = issuer;

        emit Served(issuer, msg.sender);
    }

    /// @dev The issuer that the caller acts for in `role`. A compromised key has no role.
    function _issuerActing(uint8 role) private view returns (address) {
        Key storage key = _keys[msg.sender];
        if (key.roles & role == 0) revert NotPermitted(msg.sender, role);
        if (key.until != 0 && block.timestamp >= key.until) revert KeyExpired(msg.sender, key.until);
        return key.issuer;
    }

    function _anchor(address issuer, bytes32 root, uint32 size) private {
        if (root == bytes32(0)) revert ZeroRoot();
        Record storage record = _records[issuer][root];
        Batch storage batch = record.batch;
        if (batch.revoked || _isGood(batch)) revert AlreadyAnchored(issuer, root);

        record.batch = Batch({key: msg.sender, time: uint40(block.timestamp), size: size, revoked: false, reason: 0});

        emit Anchored(issuer, root, msg.sender, size);
    }

    function _revoke(address issuer, Revocation calldata item, uint8 reason) private {
        if (item.mask == 0) revert NothingToRevoke();
        Record storage record = _records[issuer][item.root];
        if (record.batch.time == 0) revert NotAnchored(issuer, item.root);
        uint256 words = (uint256(record.batch.size) + 255) / 256;
        if (item.word >= words) revert WordBeyondSize(item.root, item.word);
        uint256 bits = record.revoked[item.word];
        uint256 fresh = item.mask & ~bits;
        if (fresh == 0) return;

        record.revoked[item.word] = bits | fresh;

        emit Revoked(issuer, item.root, item.word, fresh, reason);
    }

    /// @dev THE RULE.
    function _isGood(Batch storage batch) private view returns (bool) {
        if (batch.time == 0) return false;
        uint40 from = _keys[batch.key].compromisedFrom;
        return from == 0 || from > batch.time;
    }

    /// @dev RFC 9162, section 2.1.3.2, with its names; `index` is below `size`.
    function _leadsTo(bytes32 root, uint256 size, uint256 index, bytes32 leafHash, bytes32[] calldata path)
        private
        pure
        returns (bool)
    {
        (uint256 fn, uint256 sn, bytes32 r) = (index, size - 1, leafHash);
        for (uint256 i = 0; i < path.length; i++) {
            if (sn == 0) return false;
            if (fn % 2 == 1 || fn == sn) {
                // 0x01 keeps a node from passing for a leaf, which is hashed after 0x00.
                r = sha256(abi.encodePacked(uint8(1), path[i], r));
                // fn is not 0: it is odd, or it is sn, which is not 0.
                while (fn % 2 == 0) {
                    (fn, sn) = (fn / 2, sn / 2);
                }
            } else {
                r = sha256(abi.encodePacked(uint8(1), r, path[i]));
            }
            (fn, sn) = (fn / 2, sn / 2);
        }
        return sn == 0 && r == root;
    }
}
