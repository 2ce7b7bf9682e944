"""The strip below the scan: what each slice of the series says, and what they say together."""
