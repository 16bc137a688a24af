-- One row: one case of kontanthjælp whose grant is in force on some day of the month, as newest registered.
SELECT
    cases.case_id,
    cases.person_id,
    cases.municipality_code,
    cases.granted_from <= $period
        AND coalesce(cases.stopped_from, cases.closed_on, $period_end) >= $period_end AS whole_month
FROM newest.cases AS cases
WHERE cases.benefit = 'kontanthjaelp'
    AND cases.status IN ('granted', 'stopped', 'closed')
    AND cases.granted_from < $period_end
    AND coalesce(cases.stopped_from, cases.closed_on, $period_end) > $period
