-- One row: one case in the version registered last before the end of report_date().
SELECT
    case_id,
    last_value(person_id ORDER BY registered_at) AS person_id,
    last_value(municipality_code ORDER BY registered_at) AS municipality_code,
    last_value(benefit ORDER BY registered_at) AS benefit,
    last_value(status ORDER BY registered_at) AS status,
    last_value(received_on ORDER BY registered_at) AS received_on,
    last_value(decided_on ORDER BY registered_at) AS decided_on,
    last_value(granted_from ORDER BY registered_at) AS granted_from,
    last_value(stopped_from ORDER BY registered_at) AS stopped_from,
    last_value(closed_on ORDER BY registered_at) AS closed_on,
    last_value(owner_id ORDER BY registered_at) AS owner_id
FROM cases
WHERE registered_at < local_midnight(report_date() + 1)
GROUP BY case_id
