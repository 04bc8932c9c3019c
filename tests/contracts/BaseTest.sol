// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ANCHOR, Batch, IAnchorRegistry, Key, REVOKE, Revocation} from "../../contracts/interfaces/IAnchorRegistry.sol";
import {IERC165} from "../../contracts/interfaces/IERC165.sol";
import {Vm} from "./Vm.sol";

/// @notice The world of every test: one registry, a university with an admin and two keys, and a rival.
/// @dev With REGISTRY_CODE in the environment that creation code is tested instead: so the mutants are.
abstract contract BaseTest {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev The time at which every test begins, an hour after the keys were made.
    uint40 internal constant NOW = 1_800_000_000;

    IAnchorRegistry internal registry;

    address internal admin = _actor("admin");
    address internal nightly = _actor("nightly");
    address internal cold = _actor("cold");
    address internal stranger = _actor("stranger");
    address internal rivalAdmin = _actor("rivalAdmin");
    address internal rivalKey = _actor("rivalKey");

    address internal issuer;
    address internal rival;

    function setUp() public virtual {
        vm.warp(NOW - 1 hours);
        registry = _deploy();
        issuer = _issuer(admin);
        rival = _issuer(rivalAdmin);
        _key(nightly, ANCHOR);
        _key(cold, REVOKE);
        _serve(rivalKey, rival);
        _set(rivalAdmin, rival, rivalKey, ANCHOR | REVOKE, 0);
        vm.warp(NOW);
    }

    /* THE WORLD */

    function _deploy() internal returns (IAnchorRegistry deployed) {
        bytes memory code = vm.envOr("REGISTRY_CODE", vm.getCode("AnchorRegistry.sol:AnchorRegistry"));
        assembly ("memory-safe") {
            deployed := create(0, add(code, 32), mload(code))
        }
        vm.assertTrue(address(deployed) != address(0), "the registry was not created");
    }

    function _actor(string memory name) internal returns (address account) {
        account = vm.addr(uint256(keccak256(bytes(name))));
        vm.label(account, name);
    }

    function _issuer(address itsAdmin) internal returns (address) {
        vm.prank(itsAdmin);
        return registry.createIssuer(itsAdmin, 0);
    }

    /* ACTS */

    function _serve(address key, address whom) internal {
        vm.prank(key);
        registry.serve(whom);
    }

    function _set(address who, address whom, address key, uint8 roles, uint40 until) internal {
        vm.prank(who);
        registry.setKey(whom, key, roles, until);
    }

    /// @dev Makes `key` a key of the university.
    function _key(address key, uint8 roles) internal {
        _serve(key, issuer);
        _set(admin, issuer, key, roles, 0);
    }

    function _compromise(address key, uint40 from) internal {
        vm.prank(admin);
        registry.setCompromised(issuer, key, from);
    }

    function _anchor(bytes32 root, uint32 size) internal {
        vm.prank(nightly);
        registry.anchor(root, size);
    }

    function _send(address who, bytes memory data) internal returns (bool sent, bytes memory answer) {
        vm.prank(who);
        return address(registry).call(data);
    }

    function _revoke(bytes32 root, uint256 word, uint256 mask) internal {
        _revokeAs(cold, root, word, mask);
    }

    function _revokeAs(address who, bytes32 root, uint256 word, uint256 mask) internal {
        Revocation[] memory items = _items(root, word, mask);
        vm.prank(who);
        registry.revoke(items, 1);
    }

    function _revokeBatch(bytes32 root, uint8 reason) internal {
        vm.prank(cold);
        registry.revokeBatch(root, reason);
    }

    /* VALUES */

    function _items(bytes32 root, uint256 word, uint256 mask) internal pure returns (Revocation[] memory items) {
        items = new Revocation[](1);
        items[0] = Revocation(root, word, mask);
    }

    /// @dev A value between the two, both included.
    function _between(uint256 seed, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + seed % (most - least + 1);
    }

    function _root(bytes32 seed) internal pure returns (bytes32) {
        vm.assume(seed != 0);
        return seed;
    }

    function _size(uint32 seed) internal pure returns (uint32) {
        return seed == 0 ? 1 : seed;
    }

    function _isStranger(address who) internal view {
        vm.assume(who != nightly && who != cold && who != rivalKey);
        vm.assume(who != admin && who != rivalAdmin);
    }

    /// @dev Every function of the registry. test_contract.py holds this list against the ABI.
    function _selectors() internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](19);
        selectors[0] = IAnchorRegistry.createIssuer.selector;
        selectors[1] = IAnchorRegistry.proposeAdmin.selector;
        selectors[2] = IAnchorRegistry.acceptAdmin.selector;
        selectors[3] = IAnchorRegistry.setProfile.selector;
        selectors[4] = IAnchorRegistry.serve.selector;
        selectors[5] = IAnchorRegistry.setKey.selector;
        selectors[6] = IAnchorRegistry.setCompromised.selector;
        selectors[7] = IAnchorRegistry.anchor.selector;
        selectors[8] = IAnchorRegistry.anchorMany.selector;
        selectors[9] = IAnchorRegistry.revoke.selector;
        selectors[10] = IAnchorRegistry.revokeBatch.selector;
        selectors[11] = IAnchorRegistry.batchOf.selector;
        selectors[12] = IAnchorRegistry.keyOf.selector;
        selectors[13] = IAnchorRegistry.adminOf.selector;
        selectors[14] = IAnchorRegistry.profileOf.selector;
        selectors[15] = IAnchorRegistry.revokedWord.selector;
        selectors[16] = IAnchorRegistry.isActive.selector;
        selectors[17] = IAnchorRegistry.verifyLeaf.selector;
        selectors[18] = IERC165.supportsInterface.selector;
    }

    function _isSelector(bytes4 start) internal pure returns (bool) {
        bytes4[] memory selectors = _selectors();
        for (uint256 i = 0; i < selectors.length; i++) {
            if (selectors[i] == start) return true;
        }
        return false;
    }

    /* EXPECTATIONS */

    function _refuses(bytes4 refusal) internal {
        vm.expectRevert(abi.encodeWithSelector(refusal));
    }

    function _refuses(bytes4 refusal, uint256 first) internal {
        vm.expectRevert(abi.encodeWithSelector(refusal, first));
    }

    function _refuses(bytes4 refusal, address first) internal {
        vm.expectRevert(abi.encodeWithSelector(refusal, first));
    }

    function _refuses(bytes4 refusal, bytes32 first) internal {
        vm.expectRevert(abi.encodeWithSelector(refusal, first));
    }

    function _refuses(bytes4 refusal, address first, address second) internal {
        vm.expectRevert(abi.encodeWithSelector(refusal, first, second));
    }

    function _refuses(bytes4 refusal, address first, uint256 second) internal {
        vm.expectRevert(abi.encodeWithSelector(refusal, first, second));
    }

    function _refuses(bytes4 refusal, address first, bytes32 second) internal {
        vm.expectRevert(abi.encodeWithSelector(refusal, first, second));
    }

    function _refuses(bytes4 refusal, bytes32 first, uint256 second) internal {
        vm.expectRevert(abi.encodeWithSelector(refusal, first, second));
    }

    function _isStored(address whose, bytes32 root, Batch memory expected) internal view {
        vm.assertEq(abi.encode(registry.batchOf(whose, root)), abi.encode(expected));
    }

    function _isKey(address key, Key memory expected) internal view {
        vm.assertEq(abi.encode(registry.keyOf(key)), abi.encode(expected));
    }
}
