"""What a reader sees: charts, tables, cards and forms; everything here draws and computes nothing."""
