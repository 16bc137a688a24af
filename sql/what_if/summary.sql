-- One row: how the cases of one benefit and family type would change in the month; the last row, `total` without a
-- family type, is all of them. Cases that are not calculated both times have no difference.
WITH sums AS (
    SELECT
        benefit,
        family_type,
        count(*) AS cases,
        count(*) FILTER (WHERE outcome = 'gains') AS gaining,
        count(*) FILTER (WHERE outcome = 'loses') AS losing,
        count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
        count(*) FILTER (WHERE outcome IN ('only_after', 'only_before', 'not_calculated')) AS not_compared,
        CAST(coalesce(sum(difference) FILTER (WHERE outcome = 'gains'), 0) AS DECIMAL(18, 2)) AS gained,
        CAST(coalesce(sum(difference) FILTER (WHERE outcome = 'loses'), 0) AS DECIMAL(18, 2)) AS lost,
        CAST(coalesce(sum(difference), 0) AS DECIMAL(18, 2)) AS net
    FROM run.changes
    GROUP BY GROUPING SETS ((benefit, family_type), ())
)
SELECT
    coalesce(sums.benefit, 'total') AS benefit,
    sums.family_type,
    sums.cases,
    sums.gaining,
    sums.losing,
    sums.unchanged,
    sums.not_compared,
    sums.gained,
    sums.lost,
    sums.net
FROM sums
ORDER BY family_type IS NULL, benefit, family_type
