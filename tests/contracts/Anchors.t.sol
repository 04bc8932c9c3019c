// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ANCHOR, BaseTest, Batch, IAnchorRegistry, REVOKE} from "./BaseTest.sol";

contract AnchorsTest is BaseTest {
    address private successor = _actor("successor");

    /* WHAT IS STORED */

    function test_AnAnchorStoresKeyTimeAndSize(bytes32 root, uint32 size, uint40 time) public {
        vm.assume(root != 0 && size != 0);
        time = uint40(_between(time, NOW, type(uint40).max));
        vm.warp(time);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.Anchored(issuer, root, nightly, size);
        _anchor(root, size);

        _isStored(issuer, root, Batch({key: nightly, time: time, size: size, revoked: false, reason: 0}));
        vm.assertTrue(registry.isActive(issuer, root, 0));
        vm.assertTrue(registry.isActive(issuer, root, size - 1));
        vm.assertFalse(registry.isActive(issuer, root, size));
    }

    function test_ManyAnchorsAreStoredLikeSingleOnes(bytes32[] memory roots, uint32 size) public {
        vm.assume(size != 0);
        roots = _distinct(roots);
        uint32[] memory sizes = _sizes(roots.length, size);

        for (uint256 i = 0; i < roots.length; i++) {
            vm.expectEmit(address(registry));
            emit IAnchorRegistry.Anchored(issuer, roots[i], nightly, sizes[i]);
        }
        _anchorMany(roots, sizes);

        for (uint256 i = 0; i < roots.length; i++) {
            _isStored(issuer, roots[i], Batch(nightly, NOW, sizes[i], false, 0));
        }
    }

    function test_WhatIsNotAnchoredIsAllZero(address whose, bytes32 root, uint256 index, uint256 word) public view {
        _isStored(whose, root, Batch(address(0), 0, 0, false, 0));
        vm.assertEq(registry.revokedWord(whose, root, word), 0);
        vm.assertFalse(registry.isActive(whose, root, index));
    }

    function test_NoCredentialStandsBeyondTheSize(bytes32 root, uint32 size, uint256 index) public {
        _anchor(_root(root), _size(size));

        vm.assertEq(registry.isActive(issuer, root, index), index < _size(size));
    }

    /* WHAT IS REFUSED */

    function test_AStrangerCannotAnchor(address who, bytes32 root, uint32 size) public {
        vm.assume(who != nightly && who != rivalKey && root != 0 && size != 0);

        _refuses(IAnchorRegistry.NotPermitted.selector, who, ANCHOR);
        vm.prank(who);
        registry.anchor(root, size);

        _refuses(IAnchorRegistry.NotPermitted.selector, who, ANCHOR);
        vm.prank(who);
        registry.anchorMany(_one(root), _sizes(1, size));

        _isStored(issuer, root, Batch(address(0), 0, 0, false, 0));
    }

    function test_AnExpiredKeyCannotAnchor(uint40 until, uint40 time, bytes32 root) public {
        vm.assume(root != 0);
        until = uint40(_between(until, NOW, type(uint40).max));
        _set(admin, issuer, nightly, ANCHOR, until);
        vm.warp(_between(time, until, type(uint40).max));

        _refuses(IAnchorRegistry.KeyExpired.selector, nightly, until);
        _anchor(root, 1);
        _refuses(IAnchorRegistry.KeyExpired.selector, nightly, until);
        _anchorMany(_one(root), _sizes(1, 1));
    }

    function test_TheZeroRootIsRefused(uint32 size, bytes32[] memory roots, uint256 place) public {
        vm.assume(size != 0);
        _refuses(IAnchorRegistry.ZeroRoot.selector);
        _anchor(0, size);

        roots = _distinct(roots);
        roots[place % roots.length] = 0;
        _refuses(IAnchorRegistry.ZeroRoot.selector);
        _anchorMany(roots, _sizes(roots.length, size));
    }

    function test_TheSizeZeroIsRefused(bytes32 root, bytes32[] memory roots, uint256 place) public {
        _refuses(IAnchorRegistry.ZeroSize.selector, root);
        _anchor(root, 0);

        roots = _distinct(roots);
        uint32[] memory sizes = _sizes(roots.length, 1);
        place = place % roots.length;
        sizes[place] = 0;
        _refuses(IAnchorRegistry.ZeroSize.selector, roots[place]);
        _anchorMany(roots, sizes);
    }

    function test_EveryRootHasOneSize(bytes32[] memory roots, uint8 other) public {
        roots = _distinct(roots);
        vm.assume(other != roots.length);

        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.InvalidLengths.selector, roots.length, uint256(other)));
        _anchorMany(roots, _sizes(other, 1));
    }

    function test_NoRootsAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.InvalidLengths.selector, 0, 0));
        _anchorMany(new bytes32[](0), new uint32[](0));
    }

    function test_MoneyIsRefused(uint96 amount, bytes32 root) public {
        vm.assume(amount != 0 && root != 0);
        vm.deal(nightly, amount);

        vm.prank(nightly);
        (bool sent,) = address(registry).call{value: amount}(abi.encodeCall(registry.anchor, (root, 1)));

        vm.assertFalse(sent);
        vm.assertFalse(registry.isActive(issuer, root, 0));
    }

    /* ONCE FOR AN ISSUER */

    function test_ARootIsAnchoredOnce(bytes32 root, uint32 first, uint32 second, uint40 later) public {
        vm.assume(root != 0 && first != 0 && second != 0);
        _key(successor, ANCHOR);
        _anchor(root, first);
        vm.warp(_between(later, NOW, type(uint40).max));

        _refuses(IAnchorRegistry.AlreadyAnchored.selector, issuer, root);
        _anchor(root, second);
        _refuses(IAnchorRegistry.AlreadyAnchored.selector, issuer, root);
        vm.prank(successor);
        registry.anchor(root, second);
        _refuses(IAnchorRegistry.AlreadyAnchored.selector, issuer, root);
        _anchorMany(_one(root), _sizes(1, second));

        _isStored(issuer, root, Batch(nightly, NOW, first, false, 0));
    }

    function test_ARootThatStandsTwiceInAListAnchorsNothing(bytes32 root, bytes32 other, uint32 size) public {
        vm.assume(root != 0 && other != 0 && root != other && size != 0);
        bytes32[] memory roots = new bytes32[](3);
        (roots[0], roots[1], roots[2]) = (root, other, root);

        _refuses(IAnchorRegistry.AlreadyAnchored.selector, issuer, root);
        _anchorMany(roots, _sizes(3, size));

        _isStored(issuer, root, Batch(address(0), 0, 0, false, 0));
        _isStored(issuer, other, Batch(address(0), 0, 0, false, 0));
    }

    function test_IssuersAnchorTheSameRootIndependently(bytes32 root, uint32 ours, uint32 theirs) public {
        vm.assume(root != 0 && ours != 0 && theirs != 0);
        vm.prank(rivalKey);
        registry.anchor(root, theirs);
        vm.assertFalse(registry.isActive(issuer, root, 0));

        _anchor(root, ours);

        _isStored(issuer, root, Batch(nightly, NOW, ours, false, 0));
        _isStored(rival, root, Batch(rivalKey, NOW, theirs, false, 0));
    }

    /* COMPROMISE */

    function test_AnAnchorIsGoodOnlyBeforeTheCompromise(bytes32 root, uint32 size, uint40 time, uint40 from) public {
        vm.assume(root != 0 && size != 0);
        time = uint40(_between(time, NOW, NOW + 1000));
        from = uint40(_between(from, NOW, NOW + 1000));
        vm.warp(time);
        _anchor(root, size);
        vm.warp(NOW + 1000);

        _compromise(nightly, from);

        vm.assertEq(registry.isActive(issuer, root, 0), time < from);
        _isStored(issuer, root, Batch(nightly, time, size, false, 0));
    }

    function test_TheSecondOfTheCompromiseIsVoidAndTheOneBeforeIsGood(bytes32 before, bytes32 root) public {
        vm.assume(before != 0 && root != 0 && before != root);
        _anchor(before, 1);
        vm.warp(NOW + 1);
        _anchor(root, 1);

        _compromise(nightly, NOW + 1);

        vm.assertTrue(registry.isActive(issuer, before, 0));
        vm.assertFalse(registry.isActive(issuer, root, 0));
    }

    function test_WhatAnotherKeyAnchoredStaysGood(bytes32 root, uint40 from) public {
        vm.assume(root != 0);
        _key(successor, ANCHOR);
        vm.prank(successor);
        registry.anchor(root, 1);

        _compromise(nightly, uint40(_between(from, 1, NOW)));

        vm.assertTrue(registry.isActive(issuer, root, 0));
    }

    function test_AVoidAnchorIsMadeAgainWithNewKeyTimeAndSize(bytes32 root, uint32 first, uint32 second, uint40 time)
        public
    {
        vm.assume(root != 0 && first != 0 && second != 0);
        time = uint40(_between(time, NOW, type(uint40).max));
        _voided(root, first);
        vm.warp(time);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.Anchored(issuer, root, successor, second);
        vm.prank(successor);
        registry.anchor(root, second);

        _isStored(issuer, root, Batch(successor, time, second, false, 0));
        vm.assertTrue(registry.isActive(issuer, root, second - 1));
        _refuses(IAnchorRegistry.AlreadyAnchored.selector, issuer, root);
        vm.prank(successor);
        registry.anchor(root, first);
    }

    function test_AVoidRawAnchorIsMadeAgainWithASize(bytes32 root, uint32 size) public {
        vm.assume(root != 0 && size != 0 && !_isSelector(bytes4(root)));
        (bool sent,) = _send(nightly, abi.encode(root));
        vm.assertTrue(sent);
        _compromise(nightly, NOW);
        _key(successor, ANCHOR);

        vm.prank(successor);
        registry.anchor(root, size);

        _isStored(issuer, root, Batch(successor, NOW, size, false, 0));
    }

    function test_RevokedBitsOutliveAVoidAnchor(bytes32 root, uint32 size, uint256 mask) public {
        vm.assume(root != 0 && size != 0 && mask != 0);
        _voided(root, size);
        _revoke(root, 0, mask);

        vm.prank(successor);
        registry.anchor(root, type(uint32).max);

        vm.assertEq(registry.revokedWord(issuer, root, 0), mask);
        for (uint256 i = 0; i < 256; i++) {
            vm.assertEq(registry.isActive(issuer, root, i), mask & (1 << i) == 0);
        }
    }

    function test_AGoodAnchorOfACompromisedKeyIsNotMadeAgain(bytes32 root, uint32 size) public {
        vm.assume(root != 0 && size != 0);
        _anchor(root, size);
        vm.warp(NOW + 1);
        _compromise(nightly, NOW + 1);
        _key(successor, ANCHOR);

        _refuses(IAnchorRegistry.AlreadyAnchored.selector, issuer, root);
        vm.prank(successor);
        registry.anchor(root, size);
    }

    function test_ARevokedBatchIsNotMadeAgainThoughItIsVoid(bytes32 root, uint32 size, uint8 reason) public {
        vm.assume(root != 0 && size != 0);
        _voided(root, size);
        _revokeBatch(root, reason);

        _refuses(IAnchorRegistry.AlreadyAnchored.selector, issuer, root);
        vm.prank(successor);
        registry.anchor(root, size);

        _isStored(issuer, root, Batch(nightly, NOW, size, true, reason));
    }

    /* HELP */

    /// @dev Anchors `root` and voids it; `successor` may anchor it again.
    function _voided(bytes32 root, uint32 size) private {
        _anchor(root, size);
        _compromise(nightly, NOW);
        _key(successor, ANCHOR | REVOKE);
        vm.assertFalse(registry.isActive(issuer, root, 0));
    }

    function _anchorMany(bytes32[] memory roots, uint32[] memory sizes) private {
        vm.prank(nightly);
        registry.anchorMany(roots, sizes);
    }

    /// @dev At least one root and at most thirteen, none of them zero, all different.
    function _distinct(bytes32[] memory seeds) private pure returns (bytes32[] memory roots) {
        roots = new bytes32[](1 + seeds.length % 13);
        for (uint256 i = 0; i < roots.length; i++) {
            roots[i] = keccak256(abi.encode(i < seeds.length ? seeds[i] : bytes32(0), i));
        }
    }

    /// @dev That many sizes, all different and none of them zero.
    function _sizes(uint256 length, uint32 first) private pure returns (uint32[] memory sizes) {
        sizes = new uint32[](length);
        for (uint256 i = 0; i < length; i++) {
            sizes[i] = uint32(_between(uint256(first) + i, 1, type(uint32).max));
        }
    }

    function _one(bytes32 root) private pure returns (bytes32[] memory roots) {
        roots = new bytes32[](1);
        roots[0] = root;
    }
}
