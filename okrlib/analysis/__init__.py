"""Metrics, facts, lenses, forecasts and reasons: numbers out of the lake, drawn and worded elsewhere."""
