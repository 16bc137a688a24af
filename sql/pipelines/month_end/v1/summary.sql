-- One row: how many cases of one benefit ended in one way, and the amount: requested, withheld for a reason,
-- without payment because the amount is zero, or granted but not covered by this version.
WITH outcomes AS (
    SELECT benefit, status AS outcome, status_reason AS reason, gross
    FROM run.payments
    UNION ALL
    SELECT calculations.benefit, 'nothing_to_pay' AS outcome, CAST(NULL AS VARCHAR) AS reason, calculations.gross
    FROM run.calculations AS calculations
    WHERE calculations.gross = 0
    UNION ALL
    SELECT cases.benefit, 'not_covered' AS outcome, CAST(NULL AS VARCHAR) AS reason, CAST(NULL AS DECIMAL(12, 2)) AS gross
    FROM newest.cases AS cases
    WHERE cases.benefit <> 'kontanthjaelp'
        AND cases.status IN ('granted', 'stopped', 'closed')
        AND cases.granted_from < $period_end
        AND coalesce(cases.stopped_from, cases.closed_on, $period_end) > $period
)
SELECT benefit, outcome, reason, count(*) AS cases, sum(gross) AS gross
FROM outcomes
GROUP BY benefit, outcome, reason
ORDER BY benefit, outcome, reason
