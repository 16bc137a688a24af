-- One row: pairs of a benefit and an employment that overlap, whoever they belong to, and sums over their ids.
SELECT
    count(*) AS pairs,
    sum(b.id) AS benefits,
    sum(e.id) AS employments
FROM benefits AS b
INNER JOIN employments AS e ON b.valid_from < e.valid_to AND e.valid_from < b.valid_to
