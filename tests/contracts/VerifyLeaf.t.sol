// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {BaseTest} from "./BaseTest.sol";

/// @notice `verifyLeaf` against the trees that trees.py made, each of which holds undamaged before it is damaged.
contract VerifyLeafTest is BaseTest {
    struct Tree {
        bytes32 root;
        bytes32[] leaves;
        bytes32[][] paths;
    }

    uint256 private constant LARGEST = 70;

    /* EVERY LEAF OF EVERY TREE */

    function test_EveryLeafOfEveryTreeIsVerified() public {
        for (uint256 size = 1; size <= LARGEST; size++) {
            this.everyLeafIsVerified(size);
        }
    }

    function everyLeafIsVerified(uint256 size) external {
        Tree memory tree = _anchored(size);
        for (uint256 i = 0; i < size; i++) {
            vm.assertTrue(_verify(tree.root, i, tree.leaves[i], tree.paths[i]));
        }
    }

    function test_NoPathOfAnyTreeCanBeCutPaddedOrReordered() public {
        for (uint256 size = 1; size <= LARGEST; size++) {
            this.noPathCanBeCutPaddedOrReordered(size);
        }
    }

    function noPathCanBeCutPaddedOrReordered(uint256 size) external {
        Tree memory tree = _anchored(size);
        for (uint256 i = 0; i < size; i++) {
            bytes32[] memory path = tree.paths[i];
            for (uint256 place = 0; place < path.length; place++) {
                vm.assertFalse(_verify(tree.root, i, tree.leaves[i], _without(path, place)));
                vm.assertFalse(_verify(tree.root, i, tree.leaves[i], _with(path, place, tree.root)));
                if (place == 0) continue;
                vm.assertFalse(_verify(tree.root, i, tree.leaves[i], _swapped(path, place, place - 1)));
            }
            vm.assertFalse(_verify(tree.root, i, tree.leaves[i], _with(path, path.length, tree.leaves[i])));
        }
    }

    function test_NoLeafPassesForItsNeighbour() public {
        for (uint256 size = 2; size <= LARGEST; size++) {
            this.noLeafPassesForItsNeighbour(size);
        }
    }

    function noLeafPassesForItsNeighbour(uint256 size) external {
        Tree memory tree = _anchored(size);
        for (uint256 i = 0; i < size; i++) {
            uint256 other = (i + 1) % size;
            vm.assertFalse(_verify(tree.root, other, tree.leaves[i], tree.paths[i]));
            vm.assertFalse(_verify(tree.root, i, tree.leaves[other], tree.paths[i]));
            vm.assertFalse(_verify(tree.root, i, tree.leaves[i], tree.paths[other]));
        }
    }

    /* DAMAGE */

    function test_OneBitOfTheRootDecides(uint256 size, uint256 index, uint8 bit) public {
        (Tree memory tree, uint256 i) = _any(size, index);
        bytes32 damaged = _flipped(tree.root, bit);
        _anchor(damaged, uint32(tree.leaves.length));

        vm.assertFalse(_verify(damaged, i, tree.leaves[i], tree.paths[i]));
    }

    function test_OneBitOfTheLeafDecides(uint256 size, uint256 index, uint8 bit) public {
        (Tree memory tree, uint256 i) = _any(size, index);

        vm.assertFalse(_verify(tree.root, i, _flipped(tree.leaves[i], bit), tree.paths[i]));
    }

    function test_OneBitOfThePathDecides(uint256 size, uint256 index, uint256 place, uint8 bit) public {
        (Tree memory tree, uint256 i) = _anyOfMany(size, index);
        bytes32[] memory path = tree.paths[i];
        place = place % path.length;
        path[place] = _flipped(path[place], bit);

        vm.assertFalse(_verify(tree.root, i, tree.leaves[i], path));
    }

    function test_AnotherIndexIsNotVerified(uint256 size, uint256 index, uint256 other) public {
        (Tree memory tree, uint256 i) = _any(size, index);
        vm.assume(other != i);

        vm.assertFalse(_verify(tree.root, other, tree.leaves[i], tree.paths[i]));
        other = other % tree.leaves.length;
        vm.assertEq(_verify(tree.root, other, tree.leaves[i], tree.paths[i]), other == i);
    }

    function test_APathWithMoreOnItIsNotVerified(uint256 size, uint256 index, bytes32[] memory more) public {
        (Tree memory tree, uint256 i) = _any(size, index);
        vm.assume(more.length != 0);
        bytes32[] memory path = tree.paths[i];
        for (uint256 j = 0; j < more.length; j++) {
            path = _with(path, path.length, more[j]);
        }

        vm.assertFalse(_verify(tree.root, i, tree.leaves[i], path));
    }

    function test_APathOfOthersWordsIsNotVerified(uint256 size, uint256 index, bytes32 leaf, bytes32[] memory path)
        public
    {
        (Tree memory tree, uint256 i) = _any(size, index);

        vm.assertFalse(_verify(tree.root, i, leaf, path));
    }

    function test_TheRootIsNoLeafOfATreeOfMany(uint256 size, uint256 index) public {
        (Tree memory tree, uint256 i) = _anyOfMany(size, index);

        vm.assertFalse(_verify(tree.root, i, tree.root, new bytes32[](0)));
    }

    /// @dev A path alone does not authenticate the size: under a wrong size it leads to the root exactly if it turns
    /// left and right as the right path of that wrong size does. Nobody but the issuer states the size.
    function test_UnderAWrongSizeTheTurnsDecide(uint256 size, uint256 index, uint32 wrong, uint256 other) public {
        size = _between(size, 1, LARGEST);
        Tree memory tree = _tree(size);
        uint256 i = index % size;
        wrong = uint32(_between(wrong, 1, 2 * LARGEST));
        other = other % wrong;
        _anchor(tree.root, wrong);

        bool same = _turns(other, wrong) == _turns(i, size);

        vm.assertEq(_verify(tree.root, other, tree.leaves[i], tree.paths[i]), same);
    }

    function test_TheSizeOneHasNoPath(uint256 index) public {
        Tree memory tree = _tree(2);
        uint256 i = index % 2;
        _anchor(tree.root, 1);

        vm.assertFalse(_verify(tree.root, 0, tree.leaves[i], tree.paths[i]));
        vm.assertTrue(_verify(tree.root, 0, tree.root, new bytes32[](0)));
    }

    function test_AnAbsurdlyLongPathIsRefusedEarly(uint256 size, uint256 index, uint16 length) public {
        (Tree memory tree, uint256 i) = _any(size, index);

        vm.assertFalse(_verify(tree.root, i, tree.leaves[i], new bytes32[](uint256(length) + 8)));
    }

    /* WHAT IS NOT ACTIVE IS NOT VERIFIED */

    function test_ARevokedCredentialIsNotVerifiedAndItsNeighboursAre(uint256 size, uint256 index) public {
        (Tree memory tree, uint256 i) = _anyOfMany(size, index);
        uint256 next = (i + 1) % tree.leaves.length;

        _revoke(tree.root, i / 256, 1 << (i % 256));

        vm.assertFalse(_verify(tree.root, i, tree.leaves[i], tree.paths[i]));
        vm.assertTrue(_verify(tree.root, next, tree.leaves[next], tree.paths[next]));
    }

    function test_ARevokedBatchIsNotVerified(uint256 size, uint256 index, uint8 reason) public {
        (Tree memory tree, uint256 i) = _any(size, index);

        _revokeBatch(tree.root, reason);

        vm.assertFalse(_verify(tree.root, i, tree.leaves[i], tree.paths[i]));
    }

    function test_AVoidAnchorIsNotVerified(uint256 size, uint256 index, uint40 from) public {
        (Tree memory tree, uint256 i) = _any(size, index);

        _compromise(nightly, uint40(_between(from, 1, NOW)));

        vm.assertFalse(_verify(tree.root, i, tree.leaves[i], tree.paths[i]));
    }

    function test_TheSameRootOfAnotherIssuerIsNotVerified(uint256 size, uint256 index, address other) public {
        (Tree memory tree, uint256 i) = _any(size, index);
        vm.assume(other != issuer);

        vm.assertFalse(registry.verifyLeaf(other, tree.root, i, tree.leaves[i], tree.paths[i]));
    }

    /* HELP */

    function _tree(uint256 size) private view returns (Tree memory) {
        string memory file = string.concat("build/trees/", vm.toString(size), ".bin");
        return abi.decode(vm.readFileBinary(file), (Tree));
    }

    function _anchored(uint256 size) private returns (Tree memory tree) {
        tree = _tree(size);
        _anchor(tree.root, uint32(size));
    }

    /// @dev Any tree, and the index of any leaf of it, which is verified.
    function _any(uint256 size, uint256 index) private returns (Tree memory, uint256) {
        return _verified(_between(size, 1, LARGEST), index);
    }

    function _anyOfMany(uint256 size, uint256 index) private returns (Tree memory, uint256) {
        return _verified(_between(size, 2, LARGEST), index);
    }

    function _verified(uint256 size, uint256 index) private returns (Tree memory tree, uint256 i) {
        tree = _anchored(size);
        i = index % tree.leaves.length;
        vm.assertTrue(_verify(tree.root, i, tree.leaves[i], tree.paths[i]));
    }

    function _verify(bytes32 root, uint256 index, bytes32 leaf, bytes32[] memory path) private view returns (bool) {
        return registry.verifyLeaf(issuer, root, index, leaf, path);
    }

    /// @dev The way from the root down to a leaf: after a leading one, a bit for each turn, one for right.
    function _turns(uint256 index, uint256 size) private pure returns (uint256 turns) {
        turns = 1;
        while (size > 1) {
            uint256 left = 1;
            while (left * 2 < size) left *= 2;
            bool right = index >= left;
            turns = turns * 2 + (right ? 1 : 0);
            (index, size) = right ? (index - left, size - left) : (index, left);
        }
    }

    function _flipped(bytes32 word, uint8 bit) private pure returns (bytes32) {
        return bytes32(uint256(word) ^ (1 << bit));
    }

    function _without(bytes32[] memory path, uint256 place) private pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < shorter.length; i++) {
            shorter[i] = path[i < place ? i : i + 1];
        }
    }

    function _with(bytes32[] memory path, uint256 place, bytes32 word) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](path.length + 1);
        for (uint256 i = 0; i < longer.length; i++) {
            longer[i] = i == place ? word : path[i < place ? i : i - 1];
        }
    }

    function _swapped(bytes32[] memory path, uint256 a, uint256 b) private pure returns (bytes32[] memory other) {
        other = new bytes32[](path.length);
        for (uint256 i = 0; i < path.length; i++) {
            other[i] = path[i == a ? b : i == b ? a : i];
        }
    }
}
