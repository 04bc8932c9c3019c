// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {BaseTest, Batch, IAnchorRegistry, Revocation, REVOKE} from "./BaseTest.sol";
import {Vm} from "./Vm.sol";

contract RevocationsTest is BaseTest {
    /* SINGLE CREDENTIALS */

    function test_ExactlyTheCredentialsOfTheMaskAreRevoked(bytes32 root, uint32 size, uint256 word, uint256 mask)
        public
    {
        (size, word) = _anchored(root, size, word);
        vm.assume(mask != 0);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.Revoked(issuer, root, word, mask, 1);
        _revoke(root, word, mask);

        vm.assertEq(registry.revokedWord(issuer, root, word), mask);
        for (uint256 i = 0; i < 256; i++) {
            bool exists = word * 256 + i < size;
            vm.assertEq(registry.isActive(issuer, root, word * 256 + i), exists && mask & (1 << i) == 0);
        }
    }

    function test_OtherWordsBatchesAndIssuersAreLeftAlone(bytes32 root, bytes32 other, uint256 word, uint256 mask)
        public
    {
        vm.assume(root != 0 && other != 0 && root != other && mask != 0);
        word = _between(word, 1, 99);
        _anchor(root, 25_600);
        _anchor(other, 25_600);
        vm.prank(rivalKey);
        registry.anchor(root, 25_600);

        _revoke(root, word, mask);

        vm.assertEq(registry.revokedWord(issuer, root, word - 1), 0);
        vm.assertEq(registry.revokedWord(issuer, root, word + 1), 0);
        vm.assertEq(registry.revokedWord(issuer, other, word), 0);
        vm.assertEq(registry.revokedWord(rival, root, word), 0);
        _isStored(issuer, root, Batch(nightly, NOW, 25_600, false, 0));
    }

    function test_BitsAddUpAndEachIsReportedOnce(bytes32 root, uint256 first, uint256 second, uint8 reason) public {
        vm.assume(root != 0 && first != 0 && second != 0);
        _anchor(root, 256);
        _revoke(root, 0, first);

        vm.recordLogs();
        Revocation[] memory items = _items(root, 0, second);
        vm.prank(cold);
        registry.revoke(items, reason);
        Vm.Log[] memory logs = vm.getRecordedLogs();

        uint256 fresh = second & ~first;
        vm.assertEq(registry.revokedWord(issuer, root, 0), first | second);
        vm.assertEq(logs.length, fresh == 0 ? 0 : 1);
        if (fresh != 0) vm.assertEq(logs[0].data, abi.encode(uint256(0), fresh, reason));
    }

    function test_RevokingAgainIsAcceptedAndSaysNothing(bytes32 root, uint256 mask, uint256 part) public {
        vm.assume(root != 0 && mask & part != 0);
        _anchor(root, 256);
        _revoke(root, 0, mask);

        vm.recordLogs();
        _revoke(root, 0, mask & part);

        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(registry.revokedWord(issuer, root, 0), mask);
    }

    function test_OneCallRevokesInSeveralBatches(bytes32[5] memory roots, uint256[5] memory masks, uint8 reason)
        public
    {
        Revocation[] memory items = new Revocation[](5);
        for (uint256 i = 0; i < 5; i++) {
            roots[i] = keccak256(abi.encode(roots[i], i));
            masks[i] |= 1;
            _anchor(roots[i], 2560);
            items[i] = Revocation(roots[i], 2 * i, masks[i]);
        }

        for (uint256 i = 0; i < 5; i++) {
            vm.expectEmit(address(registry));
            emit IAnchorRegistry.Revoked(issuer, roots[i], 2 * i, masks[i], reason);
        }

        vm.prank(cold);
        registry.revoke(items, reason);

        for (uint256 i = 0; i < 5; i++) {
            vm.assertEq(registry.revokedWord(issuer, roots[i], 2 * i), masks[i]);
        }
    }

    function test_AllItemsOrNone(bytes32 root, bytes32 unknown, uint256 mask) public {
        vm.assume(root != 0 && root != unknown && mask != 0);
        _anchor(root, 256);
        Revocation[] memory items = new Revocation[](2);
        items[0] = Revocation(root, 0, mask);
        items[1] = Revocation(unknown, 0, mask);

        _refuses(IAnchorRegistry.NotAnchored.selector, issuer, unknown);
        vm.prank(cold);
        registry.revoke(items, 0);

        vm.assertEq(registry.revokedWord(issuer, root, 0), 0);
    }

    function test_WhatIsNotAnchoredCannotBeRevoked(bytes32 root, uint256 word, uint256 mask, uint8 reason) public {
        vm.assume(root != 0 && mask != 0);
        vm.prank(rivalKey);
        registry.anchor(root, type(uint32).max);

        _refuses(IAnchorRegistry.NotAnchored.selector, issuer, root);
        _revoke(root, word, mask);
        _refuses(IAnchorRegistry.NotAnchored.selector, issuer, root);
        _revokeBatch(root, reason);
    }

    function test_AWordBeyondTheSizeIsRefused(bytes32 root, uint32 size, uint256 word, uint256 mask) public {
        vm.assume(root != 0 && size != 0 && mask != 0);
        _anchor(root, size);
        uint256 words = size / 256 + (size % 256 == 0 ? 0 : 1);
        word = _between(word, words, type(uint256).max);

        _refuses(IAnchorRegistry.WordBeyondSize.selector, root, word);
        _revoke(root, word, mask);
        _refuses(IAnchorRegistry.WordBeyondSize.selector, root, words);
        _revoke(root, words, mask);

        _revoke(root, words - 1, mask);
        vm.assertEq(registry.revokedWord(issuer, root, words - 1), mask);
    }

    function test_TheLastWordIsFoundAtEveryEdge(bytes32 root, uint16 words, uint256 mask) public {
        vm.assume(root != 0 && mask != 0 && words != 0 && root != ~bytes32(0));
        bytes32 next = bytes32(uint256(root) + 1);
        _anchor(root, uint32(words) * 256);
        _anchor(next, uint32(words) * 256 + 1);

        _refuses(IAnchorRegistry.WordBeyondSize.selector, root, uint256(words));
        _revoke(root, words, mask);
        _revoke(next, words, mask);

        vm.assertEq(registry.revokedWord(issuer, next, words), mask);
    }

    function test_AnItemThatAsksForNothingIsRefused(bytes32 root, uint32 size, uint256 word) public {
        (, word) = _anchored(root, size, word);

        _refuses(IAnchorRegistry.NothingToRevoke.selector);
        _revoke(root, word, 0);
        _refuses(IAnchorRegistry.NothingToRevoke.selector);
        vm.prank(cold);
        registry.revoke(new Revocation[](0), 1);
    }

    function test_AStrangerCannotRevoke(address who, bytes32 root, uint256 mask, uint8 reason) public {
        vm.assume(root != 0 && mask != 0 && who != cold && who != rivalKey);
        _anchor(root, 256);

        _refuses(IAnchorRegistry.NotPermitted.selector, who, REVOKE);
        _revokeAs(who, root, 0, mask);
        _refuses(IAnchorRegistry.NotPermitted.selector, who, REVOKE);
        vm.prank(who);
        registry.revokeBatch(root, reason);

        vm.assertTrue(registry.isActive(issuer, root, 0));
    }

    function test_TheKeyOfAnotherIssuerRevokesOnlyThere(bytes32 root, uint256 mask, uint8 reason) public {
        vm.assume(root != 0 && mask != 0);
        _anchor(root, 256);
        vm.prank(rivalKey);
        registry.anchor(root, 256);

        _revokeAs(rivalKey, root, 0, mask);
        vm.prank(rivalKey);
        registry.revokeBatch(root, reason);

        vm.assertEq(registry.revokedWord(issuer, root, 0), 0);
        vm.assertFalse(registry.batchOf(issuer, root).revoked);
        vm.assertEq(registry.revokedWord(rival, root, 0), mask);
        vm.assertTrue(registry.batchOf(rival, root).revoked);
    }

    function test_AnExpiredKeyCannotRevoke(uint40 until, bytes32 root, uint256 mask) public {
        vm.assume(root != 0);
        until = uint40(_between(until, 1, NOW));
        _anchor(root, 256);
        _set(admin, issuer, cold, REVOKE, until);

        _refuses(IAnchorRegistry.KeyExpired.selector, cold, until);
        _revoke(root, 0, mask);
        _refuses(IAnchorRegistry.KeyExpired.selector, cold, until);
        _revokeBatch(root, 0);
    }

    /* WHOLE BATCHES */

    function test_ARevokedBatchHasNoActiveCredential(bytes32 root, uint32 size, uint256 index, uint8 reason) public {
        vm.assume(root != 0 && size != 0);
        _anchor(root, size);
        index = index % size;
        vm.assertTrue(registry.isActive(issuer, root, index));
        vm.warp(NOW + 1);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.BatchRevoked(issuer, root, reason);
        _revokeBatch(root, reason);

        vm.assertFalse(registry.isActive(issuer, root, index));
        _isStored(issuer, root, Batch(nightly, NOW, size, true, reason));
    }

    function test_ABatchIsRevokedOnceAndItsReasonStands(bytes32 root, uint32 size, uint8 first, uint8 second) public {
        vm.assume(root != 0 && size != 0);
        _anchor(root, size);
        _revokeBatch(root, first);

        _refuses(IAnchorRegistry.AlreadyRevoked.selector, issuer, root);
        _revokeBatch(root, second);

        vm.assertEq(registry.batchOf(issuer, root).reason, first);
    }

    function test_CredentialsOfARevokedBatchCanStillBeRevoked(bytes32 root, uint256 mask, uint8 reason) public {
        vm.assume(root != 0 && mask != 0);
        _anchor(root, 256);
        _revokeBatch(root, reason);

        _revoke(root, 0, mask);

        vm.assertEq(registry.revokedWord(issuer, root, 0), mask);
    }

    function test_AVoidBatchCanBeRevoked(bytes32 root, uint256 mask, uint8 reason) public {
        vm.assume(root != 0 && mask != 0);
        _anchor(root, 256);
        _compromise(nightly, NOW);

        _revoke(root, 0, mask);
        _revokeBatch(root, reason);

        vm.assertEq(registry.revokedWord(issuer, root, 0), mask);
        _isStored(issuer, root, Batch(nightly, NOW, 256, true, reason));
    }

    /// @dev Anchors `root` and returns its size and one of its words.
    function _anchored(bytes32 root, uint32 seed, uint256 word) private returns (uint32 size, uint256) {
        vm.assume(root != 0);
        size = _size(seed);
        _anchor(root, size);
        return (size, word % ((uint256(size) + 255) / 256));
    }
}
