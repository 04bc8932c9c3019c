// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {BaseTest} from "./BaseTest.sol";

/// @notice Storage is part of the specification: verifiers read these slots with eth_getProof.
contract StorageTest is BaseTest {
    function test_AnIssuerIsAdminThenProposedThenProfile(address proposed, bytes30 profile) public {
        vm.prank(admin);
        registry.proposeAdmin(issuer, proposed);
        vm.prank(admin);
        registry.setProfile(issuer, string(abi.encodePacked(profile)));
        uint256 slot = uint256(keccak256(abi.encode(issuer, 0)));

        vm.assertEq(_at(slot), uint256(uint160(admin)));
        vm.assertEq(_at(slot + 1), uint256(uint160(proposed)));
        // A short string stands in its slot, with twice its length in the lowest byte.
        vm.assertEq(_at(slot + 2), uint256(bytes32(profile)) | 60);
    }

    function test_ALongProfileStandsAtTheHashOfItsSlot(bytes32 first, bytes32 second, bytes1 last) public {
        vm.prank(admin);
        registry.setProfile(issuer, string(abi.encodePacked(first, second, last)));
        uint256 slot = uint256(keccak256(abi.encode(issuer, 0))) + 2;
        uint256 text = uint256(keccak256(abi.encode(slot)));

        vm.assertEq(_at(slot), 2 * 65 + 1);
        vm.assertEq(_at(text), uint256(first));
        vm.assertEq(_at(text + 1), uint256(second));
        vm.assertEq(_at(text + 2), uint256(bytes32(last)));
    }

    function test_AKeyIsOneSlot(address key, uint8 roles, uint40 until, uint40 from) public {
        _isStranger(key);
        from = uint40(_between(from, 1, NOW));
        _serve(key, issuer);
        _set(admin, issuer, key, roles % 4, until);
        uint256 slot = uint256(keccak256(abi.encode(key, 1)));
        uint256 word = uint256(uint160(issuer)) | uint256(until) << 168;

        vm.assertEq(_at(slot), word | uint256(roles % 4) << 160);
        _compromise(key, from);
        vm.assertEq(_at(slot), word | uint256(from) << 208);
    }

    function test_ABatchIsOneSlot(bytes32 root, uint32 size, uint40 time, uint8 reason) public {
        vm.assume(root != 0 && size != 0);
        time = uint40(_between(time, NOW, type(uint40).max));
        vm.warp(time);
        _anchor(root, size);
        uint256 slot = _batch(root);
        uint256 word = uint256(uint160(nightly)) | uint256(time) << 160 | uint256(size) << 200;

        vm.assertEq(_at(slot), word);
        _revokeBatch(root, reason);
        vm.assertEq(_at(slot), word | uint256(1) << 232 | uint256(reason) << 240);
    }

    function test_ARevokedWordStandsUnderTheBatch(bytes32 root, uint24 word, uint256 mask) public {
        vm.assume(root != 0 && mask != 0 && word != type(uint24).max);
        _anchor(root, type(uint32).max);
        _revoke(root, word, mask);

        vm.assertEq(_at(uint256(keccak256(abi.encode(uint256(word), _batch(root) + 1)))), mask);
        vm.assertEq(registry.revokedWord(issuer, root, word), mask);
        vm.assertEq(_at(_batch(root) + 1), 0);
    }

    function _batch(bytes32 root) private view returns (uint256) {
        return uint256(keccak256(abi.encode(root, keccak256(abi.encode(issuer, 2)))));
    }

    function _at(uint256 slot) private view returns (uint256) {
        return uint256(vm.load(address(registry), bytes32(slot)));
    }
}
