// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ANCHOR, BaseTest, Batch, IAnchorRegistry} from "./BaseTest.sol";

contract FallbackTest is BaseTest {
    function test_ThirtyTwoBytesAreARootOfSizeZero(bytes32 root) public {
        vm.assume(root != 0 && !_isSelector(bytes4(root)));

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.Anchored(issuer, root, nightly, 0);
        (bool sent, bytes memory answer) = _send(nightly, abi.encode(root));

        vm.assertTrue(sent);
        vm.assertEq(answer, "");
        _isStored(issuer, root, Batch(nightly, NOW, 0, false, 0));
    }

    function test_AnyOtherLengthIsRefused(bytes calldata data) public {
        vm.assume(data.length != 32 && !_isSelector(bytes4(data)));

        (bool sent, bytes memory answer) = _send(nightly, data);

        vm.assertFalse(sent);
        vm.assertEq(answer, abi.encodeWithSelector(IAnchorRegistry.NotARoot.selector, data.length));
    }

    function test_EveryLengthUpToAHundredButThirtyTwoIsRefused(bytes1 first, bytes1 rest) public {
        for (uint256 length = 0; length <= 100; length++) {
            bytes memory data = new bytes(length);
            for (uint256 i = 0; i < length; i++) {
                data[i] = i < 4 ? first : rest;
            }
            if (length == 32 || _isSelector(bytes4(data))) continue;

            (bool sent, bytes memory answer) = _send(nightly, data);

            vm.assertFalse(sent);
            vm.assertEq(answer, abi.encodeWithSelector(IAnchorRegistry.NotARoot.selector, length));
        }
    }

    function test_ARootThatBeginsWithASelectorReverts(bytes28 rest, bool short) public {
        bytes4[] memory selectors = _selectors();
        for (uint256 i = 0; i < selectors.length; i++) {
            bytes32 root = bytes32(abi.encodePacked(selectors[i], short ? bytes28(0) : rest));

            (bool sent,) = _send(nightly, abi.encode(root));

            vm.assertFalse(sent);
            _isStored(issuer, root, Batch(address(0), 0, 0, false, 0));
        }
    }

    function test_NoFunctionGoesWithoutArguments() public {
        bytes4[] memory selectors = _selectors();
        for (uint256 i = 0; i < selectors.length; i++) {
            (bool sent,) = _send(nightly, abi.encodePacked(selectors[i]));

            vm.assertFalse(sent);
        }
    }

    function test_TheZeroRootIsRefused() public {
        (bool sent, bytes memory answer) = _send(nightly, abi.encode(bytes32(0)));

        vm.assertFalse(sent);
        vm.assertEq(answer, abi.encodeWithSelector(IAnchorRegistry.ZeroRoot.selector));
    }

    function test_OnlyAKeyThatAnchorsSendsRoots(address who, bytes32 root) public {
        vm.assume(who != nightly && who != rivalKey && root != 0 && !_isSelector(bytes4(root)));

        (bool sent, bytes memory answer) = _send(who, abi.encode(root));

        vm.assertFalse(sent);
        vm.assertEq(answer, abi.encodeWithSelector(IAnchorRegistry.NotPermitted.selector, who, ANCHOR));
    }

    function test_AnExpiredKeySendsNoRoots(bytes32 root, uint40 until) public {
        vm.assume(root != 0 && !_isSelector(bytes4(root)));
        until = uint40(_between(until, 1, NOW));
        _set(admin, issuer, nightly, ANCHOR, until);

        (bool sent, bytes memory answer) = _send(nightly, abi.encode(root));

        vm.assertFalse(sent);
        vm.assertEq(answer, abi.encodeWithSelector(IAnchorRegistry.KeyExpired.selector, nightly, until));
    }

    function test_ARawRootIsAnchoredOnceAndTakesNoSizeLater(bytes32 root, uint32 size) public {
        vm.assume(root != 0 && !_isSelector(bytes4(root)) && size != 0);
        _send(nightly, abi.encode(root));

        (bool sent, bytes memory answer) = _send(nightly, abi.encode(root));

        vm.assertFalse(sent);
        vm.assertEq(answer, abi.encodeWithSelector(IAnchorRegistry.AlreadyAnchored.selector, issuer, root));
        _refuses(IAnchorRegistry.AlreadyAnchored.selector, issuer, root);
        _anchor(root, size);
    }

    function test_ARawRootHasNoCredentials(bytes32 root, uint256 index, bytes32 leaf, bytes32[] calldata path) public {
        vm.assume(root != 0 && !_isSelector(bytes4(root)));
        _send(nightly, abi.encode(root));

        vm.assertFalse(registry.isActive(issuer, root, index));
        vm.assertFalse(registry.isActive(issuer, root, 0));
        vm.assertFalse(registry.verifyLeaf(issuer, root, index, leaf, path));
        vm.assertFalse(registry.verifyLeaf(issuer, root, 0, root, new bytes32[](0)));
    }

    function test_ARawRootIsRevokedAsAWholeOnly(bytes32 root, uint256 word, uint256 mask, uint8 reason) public {
        vm.assume(root != 0 && !_isSelector(bytes4(root)) && mask != 0);
        _send(nightly, abi.encode(root));

        _refuses(IAnchorRegistry.WordBeyondSize.selector, root, word);
        _revoke(root, word, mask);
        _refuses(IAnchorRegistry.WordBeyondSize.selector, root, 0);
        _revoke(root, 0, mask);

        _revokeBatch(root, reason);
        _isStored(issuer, root, Batch(nightly, NOW, 0, true, reason));
    }

    function test_MoneyIsRefused(uint96 amount, bytes32 root) public {
        vm.assume(amount != 0 && root != 0 && !_isSelector(bytes4(root)));
        vm.deal(nightly, uint256(amount) * 2);

        vm.prank(nightly);
        (bool withRoot,) = address(registry).call{value: amount}(abi.encode(root));
        vm.prank(nightly);
        (bool bare,) = address(registry).call{value: amount}("");

        vm.assertFalse(withRoot || bare);
        vm.assertEq(address(registry).balance, 0);
    }
}
