// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {BaseTest, Batch, Key, REVOKE} from "./BaseTest.sol";
import {Walk} from "./Walk.sol";

/// @notice What holds after any calls by anybody. The walk itself judges every single change.
contract InvariantsTest is BaseTest {
    /// @dev Two issuers with three roots each.
    uint256 private constant PAIRS = 6;

    Walk private _walk;
    mapping(bytes32 change => uint256) private _seen;

    function setUp() public override {
        vm.warp(NOW);
        registry = _deploy();
        _walk = new Walk(registry);
    }

    /// @dev Tells forge to call nothing but the walk.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_walk);
    }

    function invariant_ARevokedBitNeverClears() external view {
        for (uint256 i = 0; i < PAIRS; i++) {
            (address whose, bytes32 root) = _pair(i);
            for (uint256 word = 0; word < 2; word++) {
                uint256 revoked = _walk.wordOf(whose, root, word);
                vm.assertEq(registry.revokedWord(whose, root, word) & revoked, revoked);
            }
        }
    }

    function invariant_ACredentialIsActiveExactlyByTheRule() external view {
        for (uint256 i = 0; i < PAIRS; i++) {
            (address whose, bytes32 root) = _pair(i);
            Batch memory batch = registry.batchOf(whose, root);
            bool live = _walk.isGood(whose, root) && !batch.revoked;
            for (uint256 index = 0; index < 600; index += 37) {
                uint256 word = index < 512 ? _walk.wordOf(whose, root, index / 256) : 0;
                bool expected = live && index < batch.size && word & (1 << (index % 256)) == 0;
                vm.assertEq(registry.isActive(whose, root, index), expected);
            }
        }
    }

    function invariant_ACompromisedKeyHasNoRole() external view {
        for (uint256 i = 0; i < 10; i++) {
            Key memory key = registry.keyOf(_walk.actors(i));
            vm.assertTrue(key.compromisedFrom == 0 || key.roles == 0);
            vm.assertTrue(key.issuer != address(0) || key.roles == 0);
        }
    }

    /// @dev Whatever happened to the keys, the admin can name another that revokes everything.
    function invariant_RotationKeepsAuthority() external {
        for (uint256 i = 0; i < PAIRS; i++) {
            (address whose, bytes32 root) = _pair(i);
            address fresh = _actor(whose == _walk.issuers(0) ? "fresh" : "fresher");
            Batch memory batch = registry.batchOf(whose, root);
            if (batch.time == 0 || batch.revoked) continue;
            if (registry.keyOf(fresh).issuer == address(0)) {
                _serve(fresh, whose);
                _set(_walk.admin(whose), whose, fresh, REVOKE, 0);
            }
            vm.prank(fresh);
            registry.revokeBatch(root, 0);
            vm.assertTrue(registry.batchOf(whose, root).revoked);
        }
    }

    /// @dev The invariants would hold for a registry that refuses everything: this one shows that the walk gets around.
    function test_TheWalkSeesEveryChange() external {
        bytes32[9] memory changes = [
            bytes32("anchored"),
            "anchored again",
            "anchored raw",
            "revoked",
            "batch revoked",
            "bound",
            "key set",
            "compromised",
            "admin changed"
        ];
        bytes32 seed = "laurea";
        for (uint256 walk = 0; walk < 10; walk++) {
            setUp();
            for (uint256 i = 0; i < 200; i++) {
                seed = keccak256(abi.encode(seed));
                _step(uint256(seed) % 16, uint256(seed) >> 8);
            }
            for (uint256 i = 0; i < changes.length; i++) {
                _seen[changes[i]] += _walk.seen(changes[i]);
            }
        }

        for (uint256 i = 0; i < changes.length; i++) {
            vm.assertTrue(_seen[changes[i]] != 0, string(abi.encodePacked("never ", changes[i])));
        }
    }

    function _step(uint256 kind, uint256 seed) private {
        (uint256 a, uint256 b, uint256 c) = (seed % 997, seed / 997 % 991, seed / 997 / 991 % 983);
        if (kind == 0) _walk.wait(a);
        else if (kind == 1) _walk.propose(a, b, c);
        else if (kind == 2) _walk.accept(a, b);
        else if (kind == 3) _walk.serve(a, b);
        else if (kind < 7) _walk.setKey(a, b, c, uint8(seed >> 100), seed >> 120);
        else if (kind == 7) _walk.setCompromised(a, b, c, seed >> 100);
        else if (kind == 8) _walk.anchorMany(a, b, c, seed >> 100);
        else if (kind == 9) _walk.anchorRaw(a, b);
        else if (kind == 10) _walk.revokeBatch(a, b, uint8(c));
        else if (kind < 13) _walk.revoke(a, b, c, seed >> 100, uint8(seed >> 90));
        else _walk.anchor(a, b, c);
    }

    function _pair(uint256 i) private view returns (address, bytes32) {
        return (_walk.issuers(i / 3), _walk.roots(i % 3));
    }
}
