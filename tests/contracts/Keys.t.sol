// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {ANCHOR, BaseTest, IAnchorRegistry, Key, REVOKE} from "./BaseTest.sol";

contract KeysTest is BaseTest {
    /* BINDING */

    function test_AKeyBindsItselfAndHasNoRoleYet(address key) public {
        _isStranger(key);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.Served(issuer, key);
        _serve(key, issuer);

        _isKey(key, Key({issuer: issuer, roles: 0, until: 0, compromisedFrom: 0}));
        _refuses(IAnchorRegistry.NotPermitted.selector, key, ANCHOR);
        vm.prank(key);
        registry.anchor(bytes32(uint256(1)), 1);
    }

    function test_AnIssuerThatDoesNotExistCannotBeServed(address key, address id) public {
        vm.assume(id != issuer && id != rival);

        _refuses(IAnchorRegistry.UnknownIssuer.selector, id);
        _serve(key, id);
    }

    function test_AKeyIsBoundForever(address key, bool toTheSame) public {
        _isStranger(key);
        _serve(key, issuer);

        _refuses(IAnchorRegistry.KeyIsBound.selector, key, issuer);
        _serve(key, toTheSame ? issuer : rival);

        vm.assertEq(registry.keyOf(key).issuer, issuer);
    }

    function test_NobodyCanClaimAKeyThatServesNobody(address key, uint8 roles, uint40 until) public {
        vm.assume(key != rivalAdmin);
        _isStranger(key);

        _refuses(IAnchorRegistry.KeyDoesNotServe.selector, key, rival);
        _set(rivalAdmin, rival, key, roles % 4, until);
    }

    function test_AnAdminThatServesCannotClaimAKeyEither(address key, bool elsewhere) public {
        vm.assume(key != admin);
        _isStranger(key);
        _serve(admin, elsewhere ? rival : issuer);

        _refuses(IAnchorRegistry.KeyDoesNotServe.selector, key, issuer);
        _set(admin, issuer, key, ANCHOR, 0);
    }

    function test_NobodyCanClaimTheKeyOfAnother(uint8 roles, uint40 until) public {
        _refuses(IAnchorRegistry.KeyDoesNotServe.selector, nightly, rival);
        _set(rivalAdmin, rival, nightly, roles % 4, until);

        _isKey(nightly, Key({issuer: issuer, roles: ANCHOR, until: 0, compromisedFrom: 0}));
    }

    function test_NobodyCanCompromiseTheKeyOfAnother(uint40 from) public {
        _refuses(IAnchorRegistry.KeyDoesNotServe.selector, nightly, rival);
        vm.prank(rivalAdmin);
        registry.setCompromised(rival, nightly, uint40(_between(from, 1, NOW)));
    }

    function test_AnAdminNamingItselfIsBoundWithoutServing(uint8 roles, uint40 until) public {
        vm.expectEmit(address(registry));
        emit IAnchorRegistry.Served(issuer, admin);
        vm.expectEmit(address(registry));
        emit IAnchorRegistry.KeySet(issuer, admin, roles % 4, until);
        _set(admin, issuer, admin, roles % 4, until);

        _isKey(admin, Key({issuer: issuer, roles: roles % 4, until: until, compromisedFrom: 0}));
        _refuses(IAnchorRegistry.KeyIsBound.selector, admin, issuer);
        _serve(admin, rival);
    }

    function test_AnAdminThatServesMayNameItself(uint8 roles) public {
        _serve(admin, issuer);
        _set(admin, issuer, admin, 0, 0);

        _set(admin, issuer, admin, roles % 4, 0);

        vm.assertEq(registry.keyOf(admin).roles, roles % 4);
    }

    function test_AnAdminThatServesAnotherIssuerCannotNameItself(uint8 roles) public {
        _serve(admin, rival);

        _refuses(IAnchorRegistry.KeyIsBound.selector, admin, rival);
        _set(admin, issuer, admin, roles % 4, 0);
    }

    /* ROLES */

    function test_OnlyTheAdminSetsKeys(address who, uint8 roles, uint40 until) public {
        vm.assume(who != admin);

        _refuses(IAnchorRegistry.NotAdmin.selector, issuer, who);
        _set(who, issuer, nightly, roles, until);
    }

    function test_OnlyTwoRolesExist(uint8 roles) public {
        roles = uint8(_between(roles, 4, 255));

        _refuses(IAnchorRegistry.UnknownRoles.selector, roles);
        _set(admin, issuer, nightly, roles, 0);
    }

    function test_TheAdminReplacesRolesAndEnd(uint8 roles, uint40 until) public {
        vm.expectEmit(address(registry));
        emit IAnchorRegistry.KeySet(issuer, nightly, roles % 4, until);
        _set(admin, issuer, nightly, roles % 4, until);

        _isKey(nightly, Key({issuer: issuer, roles: roles % 4, until: until, compromisedFrom: 0}));
    }

    function test_AKeyActsBeforeItsEndOnly(uint40 until, bytes32 root, bytes32 another) public {
        vm.assume(root != 0 && another != 0 && root != another);
        until = uint40(_between(until, NOW + 1, type(uint40).max));
        _set(admin, issuer, nightly, ANCHOR | REVOKE, until);
        vm.warp(until - 1);
        _anchor(root, 1);
        vm.assertTrue(registry.isActive(issuer, root, 0));

        vm.warp(until);

        _refuses(IAnchorRegistry.KeyExpired.selector, nightly, until);
        _anchor(another, 1);
        _refuses(IAnchorRegistry.KeyExpired.selector, nightly, until);
        vm.prank(nightly);
        registry.revokeBatch(root, 0);
        vm.assertTrue(registry.isActive(issuer, root, 0));
    }

    function test_AKeyWithoutEndActsForever(uint40 time, bytes32 root) public {
        vm.warp(_between(time, NOW, type(uint40).max));

        _anchor(_root(root), 1);

        vm.assertTrue(registry.isActive(issuer, root, 0));
    }

    function test_AnEndThatHasPassedLetsTheKeyDoNothing(uint40 until, bytes32 root) public {
        until = uint40(_between(until, 1, NOW));
        _set(admin, issuer, nightly, ANCHOR, until);

        _refuses(IAnchorRegistry.KeyExpired.selector, nightly, until);
        _anchor(root, 1);
    }

    function test_TakingRolesAwayVoidsNothingAndCanBeUndone(bytes32 root, bytes32 another) public {
        vm.assume(root != 0 && another != 0 && root != another);
        _anchor(root, 1);

        _set(admin, issuer, nightly, 0, 0);

        vm.assertTrue(registry.isActive(issuer, root, 0));
        _refuses(IAnchorRegistry.NotPermitted.selector, nightly, ANCHOR);
        _anchor(another, 1);
        _set(admin, issuer, nightly, ANCHOR, 0);
        _anchor(another, 1);
    }

    function test_AKeyThatRevokesCannotAnchor(bytes32 root, uint32 size) public {
        vm.assume(root != 0 && size != 0);

        _refuses(IAnchorRegistry.NotPermitted.selector, cold, ANCHOR);
        vm.prank(cold);
        registry.anchor(root, size);
    }

    function test_AKeyThatAnchorsCannotRevoke(bytes32 root, uint32 size, uint256 mask) public {
        _anchor(_root(root), _size(size));

        _refuses(IAnchorRegistry.NotPermitted.selector, nightly, REVOKE);
        _revokeAs(nightly, root, 0, mask);
        _refuses(IAnchorRegistry.NotPermitted.selector, nightly, REVOKE);
        vm.prank(nightly);
        registry.revokeBatch(root, 0);
    }

    function test_RotationKeepsThePowerToRevoke(address newcomer, bytes32 root, uint32 size, uint256 mask) public {
        _isStranger(newcomer);
        vm.assume(mask != 0);
        _anchor(_root(root), _size(size));
        _set(admin, issuer, nightly, 0, 0);
        _set(admin, issuer, cold, 0, 0);
        _key(newcomer, REVOKE);

        _revokeAs(newcomer, root, 0, mask);

        vm.assertEq(registry.revokedWord(issuer, root, 0), mask);
    }

    function test_ANewAdminTakesOverTheKeys(address newcomer, bytes32 root) public {
        _isStranger(newcomer);
        vm.prank(admin);
        registry.proposeAdmin(issuer, newcomer);
        vm.prank(newcomer);
        registry.acceptAdmin(issuer);
        _anchor(_root(root), 1);

        _set(newcomer, issuer, nightly, 0, 0);

        vm.assertEq(registry.keyOf(nightly).roles, 0);
        _refuses(IAnchorRegistry.NotAdmin.selector, issuer, admin);
        _set(admin, issuer, nightly, ANCHOR, 0);
    }

    /* COMPROMISE */

    function test_OnlyTheAdminDeclaresACompromise(address who, uint40 from) public {
        vm.assume(who != admin);

        _refuses(IAnchorRegistry.NotAdmin.selector, issuer, who);
        vm.prank(who);
        registry.setCompromised(issuer, nightly, from);
    }

    function test_ACompromiseEndsTheRolesForGood(uint40 from, uint8 roles, uint40 until, uint40 later) public {
        from = uint40(_between(from, 1, NOW));
        _set(admin, issuer, nightly, ANCHOR | REVOKE, until);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.Compromised(issuer, nightly, from);
        _compromise(nightly, from);

        _isKey(nightly, Key({issuer: issuer, roles: 0, until: until, compromisedFrom: from}));
        vm.warp(_between(later, NOW, type(uint40).max));
        _refuses(IAnchorRegistry.KeyIsCompromised.selector, nightly);
        _set(admin, issuer, nightly, roles % 4, 0);
        _refuses(IAnchorRegistry.NotPermitted.selector, nightly, ANCHOR);
        _anchor(bytes32(uint256(1)), 1);
        _refuses(IAnchorRegistry.NotPermitted.selector, nightly, REVOKE);
        vm.prank(nightly);
        registry.revokeBatch(bytes32(uint256(1)), 0);
    }

    function test_ACompromiseBeginsAfterZeroAndNotInTheFuture(uint40 from) public {
        _refuses(IAnchorRegistry.InvalidCompromise.selector, uint256(0));
        _compromise(nightly, 0);

        from = uint40(_between(from, NOW + 1, type(uint40).max));
        _refuses(IAnchorRegistry.InvalidCompromise.selector, from);
        _compromise(nightly, from);

        _compromise(nightly, NOW);
        vm.assertEq(registry.keyOf(nightly).compromisedFrom, NOW);
    }

    function test_ACompromiseMovesEarlierOnly(uint40 first, uint40 second) public {
        first = uint40(_between(first, 2, NOW));
        second = uint40(_between(second, 1, NOW));
        _compromise(nightly, first);

        if (second >= first) _refuses(IAnchorRegistry.InvalidCompromise.selector, second);
        _compromise(nightly, second);

        vm.assertEq(registry.keyOf(nightly).compromisedFrom, second < first ? second : first);
    }

    function test_TheSameCompromiseIsRefusedAndOneSecondEarlierTaken(uint40 from) public {
        from = uint40(_between(from, 2, NOW));
        _compromise(nightly, from);

        _refuses(IAnchorRegistry.InvalidCompromise.selector, from);
        _compromise(nightly, from);
        _compromise(nightly, from - 1);

        vm.assertEq(registry.keyOf(nightly).compromisedFrom, from - 1);
    }

    function test_AKeyWithoutRolesCanBeCompromised(uint40 from, bytes32 root) public {
        from = uint40(_between(from, 1, NOW));
        _anchor(_root(root), 1);
        _set(admin, issuer, nightly, 0, 0);

        _compromise(nightly, from);

        vm.assertFalse(registry.isActive(issuer, root, 0));
    }

    function test_AStrangersKeyCannotBeCompromised(address key, uint40 from) public {
        _isStranger(key);

        _refuses(IAnchorRegistry.KeyDoesNotServe.selector, key, issuer);
        _compromise(key, uint40(_between(from, 1, NOW)));
    }

    function test_TheRevocationsOfACompromisedKeyStand(bytes32 root, bytes32 another, uint256 mask, uint40 from)
        public
    {
        vm.assume(root != 0 && another != 0 && root != another && mask != 0);
        _anchor(root, 256);
        _anchor(another, 256);
        _revoke(root, 0, mask);
        _revokeBatch(another, 7);

        _compromise(cold, uint40(_between(from, 1, NOW)));

        vm.assertEq(registry.revokedWord(issuer, root, 0), mask);
        vm.assertTrue(registry.batchOf(issuer, another).revoked);
    }
}
