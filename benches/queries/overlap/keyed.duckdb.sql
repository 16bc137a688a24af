-- One row: pairs of a benefit and an employment of one person that overlap, their common days, and sums over their ids.
SELECT
    count(*) AS pairs,
    sum(least(b.valid_to, e.valid_to) - greatest(b.valid_from, e.valid_from)) AS days,
    sum(b.id) AS benefits,
    sum(e.id) AS employments
FROM benefits AS b
INNER JOIN employments AS e
    ON b.person_id = e.person_id AND b.valid_from < e.valid_to AND e.valid_from < b.valid_to
