// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

import {BaseTest, IAnchorRegistry} from "./BaseTest.sol";
import {IERC165} from "../../contracts/interfaces/IERC165.sol";

contract IssuersTest is BaseTest {
    function test_TheIdIsMadeOfChainCallerAndSalt(uint64 chain, address caller, address itsAdmin, bytes32 salt) public {
        vm.assume(itsAdmin != address(0) && chain != 0);
        vm.chainId(chain);
        address expected = address(bytes20(keccak256(abi.encode(uint256(chain), caller, salt)) << 96));

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.IssuerCreated(expected, itsAdmin, caller, salt);
        vm.prank(caller);
        address id = registry.createIssuer(itsAdmin, salt);

        vm.assertEq(id, expected);
        _isUnder(id, itsAdmin, address(0));
        vm.assertEq(registry.profileOf(id), "");
    }

    function test_AnotherCallerCannotTakeTheId(address caller, address other, bytes32 salt) public {
        vm.assume(caller != other && other != address(0) && salt != 0);
        vm.prank(other);
        address taken = registry.createIssuer(other, salt);

        vm.prank(caller);
        address id = registry.createIssuer(admin, salt);

        vm.assertNotEq(id, taken);
    }

    function test_AnIssuerIsCreatedOnce(address caller, address other, bytes32 salt) public {
        vm.assume(other != address(0) && salt != 0);
        vm.prank(caller);
        address id = registry.createIssuer(admin, salt);

        _refuses(IAnchorRegistry.IssuerExists.selector, id);
        vm.prank(caller);
        registry.createIssuer(other, salt);

        _isUnder(id, admin, address(0));
    }

    function test_TheZeroAddressIsNoAdmin(address caller, bytes32 salt) public {
        _refuses(IAnchorRegistry.ZeroAdmin.selector);
        vm.prank(caller);
        registry.createIssuer(address(0), salt);
    }

    function test_OnlyTheAdminProposes(address who, address proposed) public {
        vm.assume(who != admin);

        _refuses(IAnchorRegistry.NotAdmin.selector, issuer, who);
        vm.prank(who);
        registry.proposeAdmin(issuer, proposed);
    }

    function test_AProposalChangesNothingUntilItIsAccepted(address proposed) public {
        vm.assume(proposed != admin);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.AdminProposed(issuer, proposed);
        _propose(proposed);

        _isUnder(issuer, admin, proposed);
        _refuses(IAnchorRegistry.NotAdmin.selector, issuer, proposed);
        vm.prank(proposed);
        registry.setProfile(issuer, "did:web:example.org");
    }

    function test_WhoIsProposedBecomesTheAdminByAccepting(address proposed) public {
        vm.assume(proposed != admin);
        _propose(proposed);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.AdminChanged(issuer, proposed);
        vm.prank(proposed);
        registry.acceptAdmin(issuer);

        _isUnder(issuer, proposed, address(0));
        _refuses(IAnchorRegistry.NotAdmin.selector, issuer, admin);
        vm.prank(admin);
        registry.proposeAdmin(issuer, admin);
    }

    function test_OnlyWhoIsProposedAccepts(address who, address proposed) public {
        vm.assume(who != proposed);
        _propose(proposed);

        _refuses(IAnchorRegistry.NotProposed.selector, issuer, who);
        vm.prank(who);
        registry.acceptAdmin(issuer);
    }

    function test_AnAcceptedProposalIsUsedUp(address first, address second) public {
        vm.assume(first != address(0) && second != address(0) && first != second);
        _propose(first);
        vm.prank(first);
        registry.acceptAdmin(issuer);
        vm.prank(first);
        registry.proposeAdmin(issuer, second);
        vm.prank(second);
        registry.acceptAdmin(issuer);

        _refuses(IAnchorRegistry.NotProposed.selector, issuer, first);
        vm.prank(first);
        registry.acceptAdmin(issuer);
    }

    function test_TheLatestProposalCountsAndZeroWithdrawsIt(address first, address second) public {
        vm.assume(first != second && first != address(0));
        _propose(first);
        _propose(second);
        _isUnder(issuer, admin, second);

        _propose(address(0));

        _refuses(IAnchorRegistry.NotProposed.selector, issuer, first);
        vm.prank(first);
        registry.acceptAdmin(issuer);
    }

    function test_AProposalIsForOneIssuer(address proposed) public {
        vm.assume(proposed != address(0));
        _propose(proposed);

        _refuses(IAnchorRegistry.NotProposed.selector, rival, proposed);
        vm.prank(proposed);
        registry.acceptAdmin(rival);
    }

    function test_TheAdminStatesTheProfileAndReplacesIt(string calldata first, string calldata second) public {
        vm.prank(admin);
        registry.setProfile(issuer, first);
        vm.assertEq(registry.profileOf(issuer), first);

        vm.expectEmit(address(registry));
        emit IAnchorRegistry.ProfileSet(issuer, second);
        vm.prank(admin);
        registry.setProfile(issuer, second);

        vm.assertEq(registry.profileOf(issuer), second);
        vm.assertEq(registry.profileOf(rival), "");
    }

    function test_OnlyTheAdminSetsTheProfile(address who, string calldata profile) public {
        vm.assume(who != admin);

        _refuses(IAnchorRegistry.NotAdmin.selector, issuer, who);
        vm.prank(who);
        registry.setProfile(issuer, profile);
    }

    function test_AnIssuerThatDoesNotExistHasNothing(address id, address who, address key) public {
        vm.assume(id != issuer && id != rival && who != address(0));

        _isUnder(id, address(0), address(0));
        vm.assertEq(registry.profileOf(id), "");
        _refuses(IAnchorRegistry.NotAdmin.selector, id, who);
        vm.prank(who);
        registry.setKey(id, key, 1, 0);
    }

    function test_TheRegistrySaysWhichInterfacesItHas(bytes4 other) public view {
        vm.assume(other != type(IERC165).interfaceId && other != type(IAnchorRegistry).interfaceId);

        vm.assertTrue(registry.supportsInterface(0x01ffc9a7));
        vm.assertTrue(registry.supportsInterface(type(IAnchorRegistry).interfaceId));
        vm.assertFalse(registry.supportsInterface(0xffffffff));
        vm.assertFalse(registry.supportsInterface(other));
    }

    function _propose(address proposed) private {
        vm.prank(admin);
        registry.proposeAdmin(issuer, proposed);
    }

    function _isUnder(address id, address expectedAdmin, address expectedProposed) private view {
        (address itsAdmin, address proposed) = registry.adminOf(id);
        vm.assertEq(itsAdmin, expectedAdmin);
        vm.assertEq(proposed, expectedProposed);
    }
}
