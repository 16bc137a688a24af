-- One row: the refusals, stops, sanctions and repayments decided in the twelve months up to report_date(), by
-- kind and reason given, in the versions registered last.
WITH newest AS (
    SELECT
        decision_id,
        last_value(kind ORDER BY registered_at) AS kind,
        last_value(reason ORDER BY registered_at) AS reason,
        last_value(decided_on ORDER BY registered_at) AS decided_on
    FROM decisions
    WHERE registered_at < local_midnight(report_date() + 1)
    GROUP BY decision_id
)
SELECT kind, reason, count(*) AS decisions
FROM newest
WHERE kind IN ('refusal', 'stop', 'sanction', 'repayment')
    AND decided_on > CAST(report_date() - INTERVAL '12 months' AS DATE)
    AND decided_on <= report_date()
GROUP BY kind, reason
ORDER BY kind, decisions DESC, reason
