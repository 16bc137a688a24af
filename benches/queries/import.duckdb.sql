-- One row: the number of advis written. Reads the delivery with the types of the table, sorts and writes it;
-- nothing is checked beyond the types.
COPY (
    SELECT *
    FROM read_csv(
        $file,
        columns = {
            'advis_id': 'BIGINT',
            'event_code': 'VARCHAR',
            'source_group': 'VARCHAR',
            'municipality_code': 'VARCHAR',
            'person_id': 'BIGINT',
            'party': 'VARCHAR',
            'case_id': 'BIGINT',
            'event_date': 'DATE',
            'created_at': 'TIMESTAMPTZ',
            'amount': 'DECIMAL(12, 2)'
        }
    )
    ORDER BY advis_id
) TO $out (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
