-- One row: one request for set-off with something left, that is twelve calendar months old at report_date() or
-- will be within 60 days. The last day of a shorter month counts as the day (29 February becomes 28 February).
WITH newest AS (
    SELECT
        request_id,
        last_value(person_id ORDER BY registered_at) AS person_id,
        last_value(creditor ORDER BY registered_at) AS creditor,
        last_value(amount ORDER BY registered_at) AS amount,
        last_value(remaining ORDER BY registered_at) AS remaining,
        last_value(created_on ORDER BY registered_at) AS created_on
    FROM set_off_requests
    WHERE registered_at < local_midnight(report_date() + 1)
    GROUP BY request_id
)
SELECT
    request_id,
    person_id,
    creditor,
    amount,
    remaining,
    created_on,
    CAST(created_on + INTERVAL '12 months' AS DATE) AS twelve_months_on,
    CAST(created_on + INTERVAL '12 months' AS DATE) - report_date() AS days_left
FROM newest
WHERE remaining > 0
    AND CAST(created_on + INTERVAL '12 months' AS DATE) <= report_date() + 60
