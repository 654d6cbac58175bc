"""The mock of ShipSidekick."""
