// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.35;

/// @notice ERC-165: a contract says which interfaces it has.
interface IERC165 {
    /// @notice Whether the contract has the interface `interfaceId`; false for 0xffffffff.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}
