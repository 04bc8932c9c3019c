// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ANCHOR, Batch, IAnchorRegistry, Key, REVOKE, Revocation} from "../../contracts/interfaces/IAnchorRegistry.sol";
import {Vm} from "./Vm.sol";

/// @notice Makes any call as anybody, and after each compares the registry with what it was before: every change must
/// be one that the caller had the power to make. A call that is refused must change nothing.
contract Walk {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    IAnchorRegistry public immutable registry;
    address[2] public issuers;
    address[10] public actors;
    bytes32[3] public roots;

    /// @dev What the registry held after the last step.
    mapping(address issuer => address) public admin;
    mapping(address issuer => address) private _proposed;
    mapping(address key => Key) private _key;
    mapping(address issuer => mapping(bytes32 root => Batch)) private _batch;
    mapping(address issuer => mapping(bytes32 root => uint256[2])) private _words;

    /// @notice How often each kind of change was seen, for the test that the walk reaches them all.
    mapping(bytes32 change => uint256) public seen;

    constructor(IAnchorRegistry registry_) {
        registry = registry_;
        for (uint256 i = 0; i < actors.length; i++) {
            actors[i] = vm.addr(1000 + i);
        }
        for (uint256 i = 0; i < roots.length; i++) {
            roots[i] = bytes32(type(uint256).max - i);
        }
        for (uint256 i = 0; i < issuers.length; i++) {
            vm.prank(actors[i]);
            issuers[i] = registry.createIssuer(actors[i], 0);
            admin[issuers[i]] = actors[i];
        }
    }

    /* STEPS */

    function wait(uint256 time) external {
        vm.warp(block.timestamp + time % 300);
    }

    function propose(uint256 who, uint256 issuer, uint256 proposed) external {
        if (proposed % 3 != 0) return;
        address whose = _issuer(issuer);
        _step(_adminOrOther(who, whose), abi.encodeCall(registry.proposeAdmin, (whose, _actor(proposed))));
    }

    function accept(uint256 who, uint256 issuer) external {
        address whose = _issuer(issuer);
        address proposed = _proposed[whose];
        address caller = who % 2 == 0 && proposed != address(0) ? proposed : _actor(who);
        _step(caller, abi.encodeCall(registry.acceptAdmin, (whose)));
    }

    function serve(uint256 who, uint256 issuer) external {
        _step(_actor(who), abi.encodeCall(registry.serve, (_issuer(issuer))));
    }

    function setKey(uint256 who, uint256 issuer, uint256 key, uint8 roles, uint256 until) external {
        // Mostly a key of that issuer: else hardly any key would ever have a role.
        address served = _key[_actor(key)].issuer;
        address whose = issuer % 4 != 0 && served != address(0) ? served : _issuer(issuer / 4);
        uint40 end = until % 4 == 0 ? uint40(block.timestamp + until % 1000) : 0;
        bytes memory call = abi.encodeCall(registry.setKey, (whose, _actor(key), roles % 5, end));
        _step(_adminOrOther(who, whose), call);
    }

    function setCompromised(uint256 who, uint256 issuer, uint256 key, uint256 ago) external {
        address whose = _issuer(issuer);
        // Sometimes whoever anchored a root, to void it: else hardly any anchor would ever be made again.
        address whom = key % 4 == 0 ? _batch[whose][_root(key / 4)].key : _actor(key);
        uint40 from = uint40(block.timestamp + 10 - ago % 300);
        bytes memory call = abi.encodeCall(registry.setCompromised, (whose, whom, from));
        _step(_adminOrOther(who, whose), call);
    }

    function anchor(uint256 who, uint256 root, uint256 size) external {
        _step(_keyOrOther(who, ANCHOR), abi.encodeCall(registry.anchor, (_root(root), uint32(size % 512))));
    }

    function anchorMany(uint256 who, uint256 first, uint256 second, uint256 size) external {
        bytes32[] memory many = new bytes32[](2);
        (many[0], many[1]) = (_root(first), _root(second));
        uint32[] memory sizes = new uint32[](2);
        (sizes[0], sizes[1]) = (uint32(size % 512), 512);
        _step(_keyOrOther(who, ANCHOR), abi.encodeCall(registry.anchorMany, (many, sizes)));
    }

    function anchorRaw(uint256 who, uint256 root) external {
        _step(_keyOrOther(who, ANCHOR), abi.encode(_root(root)));
    }

    function revoke(uint256 who, uint256 root, uint256 word, uint256 mask, uint8 reason) external {
        Revocation[] memory items = new Revocation[](1);
        items[0] = Revocation(_root(root), word % 3, mask);
        _step(_keyOrOther(who, REVOKE), abi.encodeCall(registry.revoke, (items, reason)));
    }

    function revokeBatch(uint256 who, uint256 root, uint8 reason) external {
        if (reason % 8 != 0) return;
        _step(_keyOrOther(who, REVOKE), abi.encodeCall(registry.revokeBatch, (_root(root), reason)));
    }

    /* THE RULES */

    function _step(address who, bytes memory call) private {
        vm.prank(who);
        (bool taken,) = address(registry).call(call);
        // Batches are judged by the keys, and keys by the admins, as they were before the call.
        for (uint256 i = 0; i < issuers.length; i++) {
            for (uint256 j = 0; j < roots.length; j++) {
                _batchChanges(issuers[i], roots[j], who, taken);
                _wordsChange(issuers[i], roots[j], who, taken);
            }
        }
        for (uint256 i = 0; i < actors.length; i++) {
            _keyChanges(actors[i], who, taken);
        }
        for (uint256 i = 0; i < issuers.length; i++) {
            _adminChanges(issuers[i], who, taken);
        }
    }

    function _batchChanges(address issuer, bytes32 root, address who, bool taken) private {
        Batch memory old = _batch[issuer][root];
        Batch memory current = registry.batchOf(issuer, root);
        if (_same(abi.encode(old), abi.encode(current))) return;
        vm.assertTrue(taken, "a refused call changed a batch");
        if (!old.revoked && current.revoked) {
            vm.assertTrue(_may(who, issuer, REVOKE), "a stranger revoked a batch");
            vm.assertTrue(old.time != 0, "a batch that is not anchored was revoked");
            (old.revoked, old.reason) = (true, current.reason);
            vm.assertTrue(_same(abi.encode(old), abi.encode(current)), "a revocation changed an anchor");
            _count("batch revoked");
        } else {
            vm.assertTrue(_may(who, issuer, ANCHOR), "a stranger anchored");
            vm.assertTrue(old.time == 0 || _isVoid(old), "a good anchor was made again");
            vm.assertFalse(old.revoked, "a revoked batch was made again");
            Batch memory made = Batch(who, uint40(block.timestamp), current.size, false, 0);
            vm.assertTrue(_same(abi.encode(made), abi.encode(current)), "an anchor is not its caller's");
            _count(old.time == 0 ? bytes32("anchored") : bytes32("anchored again"));
            if (current.size == 0) _count("anchored raw");
        }
        _batch[issuer][root] = current;
    }

    function _wordsChange(address issuer, bytes32 root, address who, bool taken) private {
        for (uint256 word = 0; word < 2; word++) {
            uint256 old = _words[issuer][root][word];
            uint256 current = registry.revokedWord(issuer, root, word);
            if (old == current) continue;
            vm.assertTrue(taken, "a refused call revoked");
            vm.assertTrue(_may(who, issuer, REVOKE), "a stranger revoked");
            vm.assertEq(current & old, old, "a revoked bit was cleared");
            vm.assertTrue(_batch[issuer][root].time != 0, "what is not anchored was revoked");
            vm.assertTrue(word * 256 < _batch[issuer][root].size, "a word beyond the size was revoked");
            _words[issuer][root][word] = current;
            _count("revoked");
        }
    }

    function _keyChanges(address key, address who, bool taken) private {
        Key memory old = _key[key];
        Key memory current = registry.keyOf(key);
        if (_same(abi.encode(old), abi.encode(current))) return;
        vm.assertTrue(taken, "a refused call changed a key");
        if (old.issuer != current.issuer) {
            vm.assertTrue(old.issuer == address(0), "a key was bound again");
            vm.assertTrue(who == key, "a stranger bound a key");
            _count("bound");
        }
        if (old.roles != current.roles || old.until != current.until) {
            vm.assertTrue(who == admin[current.issuer], "a stranger set a key");
            vm.assertTrue(current.roles <= ANCHOR | REVOKE, "an unknown role was given");
            vm.assertTrue(old.compromisedFrom == 0 || current.roles == 0, "a compromised key got roles");
            _count("key set");
        }
        if (old.compromisedFrom != current.compromisedFrom) {
            vm.assertTrue(who == admin[current.issuer], "a stranger declared a compromise");
            vm.assertTrue(current.compromisedFrom != 0, "a compromise was taken back");
            vm.assertTrue(current.compromisedFrom <= block.timestamp, "a compromise lies in the future");
            bool earlier = old.compromisedFrom == 0 || current.compromisedFrom < old.compromisedFrom;
            vm.assertTrue(earlier, "a compromise was moved later");
            vm.assertEq(current.roles, 0, "a compromised key kept roles");
            _count("compromised");
        }
        _key[key] = current;
    }

    function _adminChanges(address issuer, address who, bool taken) private {
        (address current, address proposed) = registry.adminOf(issuer);
        if (current == admin[issuer] && proposed == _proposed[issuer]) return;
        vm.assertTrue(taken, "a refused call changed an admin");
        if (current != admin[issuer]) {
            vm.assertTrue(who == current && who == _proposed[issuer], "an admin came who was not proposed");
            vm.assertTrue(proposed == address(0), "a proposal was not used up");
            _count("admin changed");
        } else if (proposed != _proposed[issuer]) {
            // An admin that accepts its own proposal only uses it up.
            bool own = who == _proposed[issuer] && proposed == address(0);
            vm.assertTrue(who == current || own, "a stranger proposed");
        }
        (admin[issuer], _proposed[issuer]) = (current, proposed);
    }

    /* WHAT WAS BEFORE */

    function _may(address who, address issuer, uint8 role) private view returns (bool) {
        Key memory key = _key[who];
        bool inTime = key.until == 0 || block.timestamp < key.until;
        return key.issuer == issuer && key.roles & role != 0 && inTime && key.compromisedFrom == 0;
    }

    function _isVoid(Batch memory batch) private view returns (bool) {
        uint40 from = _key[batch.key].compromisedFrom;
        return from != 0 && from <= batch.time;
    }

    function isGood(address issuer, bytes32 root) external view returns (bool) {
        Batch memory batch = _batch[issuer][root];
        return batch.time != 0 && !_isVoid(batch);
    }

    function keyOf(address key) external view returns (Key memory) {
        return _key[key];
    }

    function batchOf(address issuer, bytes32 root) external view returns (Batch memory) {
        return _batch[issuer][root];
    }

    function wordOf(address issuer, bytes32 root, uint256 word) external view returns (uint256) {
        return _words[issuer][root][word];
    }

    /* HELP */

    function _issuer(uint256 seed) private view returns (address) {
        return issuers[seed % issuers.length];
    }

    function _actor(uint256 seed) private view returns (address) {
        return actors[seed % actors.length];
    }

    function _root(uint256 seed) private view returns (bytes32) {
        return roots[seed % roots.length];
    }

    function _adminOrOther(uint256 seed, address issuer) private view returns (address) {
        return seed % 4 == 0 ? _actor(seed / 4) : admin[issuer];
    }

    /// @dev Mostly a key that has the role.
    function _keyOrOther(uint256 seed, uint8 role) private view returns (address) {
        for (uint256 i = 0; i < actors.length && seed % 4 != 0; i++) {
            address key = _actor(seed / 4 + i);
            if (_key[key].roles & role != 0) return key;
        }
        return _actor(seed / 4);
    }

    function _same(bytes memory left, bytes memory right) private pure returns (bool) {
        return keccak256(left) == keccak256(right);
    }

    function _count(bytes32 change) private {
        seen[change]++;
    }
}
