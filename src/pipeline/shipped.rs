//! The pipelines that come with advisql, as text.

/// The files of one version of one pipeline: name below the version's directory, and text.
pub type Files = &'static [(&'static str, &'static str)];

macro_rules! files {
    ($directory:literal: $($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../sql/pipelines/", $directory, "/", $file)))),*]
    };
}

/// Every shipped version: pipeline, version, files. Newest version of a pipeline last.
pub const SHIPPED: &[(&str, &str, Files)] = &[(
    "month_end",
    "v1",
    files!["month_end/v1":
        "pipeline.toml",
        "01_grants.sql",
        "02_double_grants.sql",
        "03_facts_in_force.sql",
        "04_overlapping_facts.sql",
        "05_persons_in_force.sql",
        "06_income.sql",
        "07_spouse_help.sql",
        "08_assessed.sql",
        "09_calculations.sql",
        "10_payments.sql",
        "11_tasks.sql",
        "gates/income_not_delivered.sql",
        "gates/law_unknown.sql",
        "gates/month_already_paid.sql",
        "checks/amount_outside_rate.sql",
        "checks/double_payment.sql",
        "checks/grant_without_calculation.sql",
        "checks/payment_after_death.sql",
        "checks/sum_of_steps.sql",
        "checks/withheld_without_task.sql",
        "summary.sql",
    ],
)];

/// Fingerprints of the released versions.
pub const LOCK: &str = include_str!("../../sql/pipeline.lock");

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn below(root: &Path, directory: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(root, &path, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }

    #[test]
    fn the_list_is_what_the_directory_holds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/pipelines");
        let mut found = Vec::new();
        below(&root, &root, &mut found);
        let mut listed: Vec<String> = SHIPPED
            .iter()
            .flat_map(|(name, version, files)| {
                files.iter().map(move |(f, _)| format!("{name}/{version}/{f}"))
            })
            .collect();
        found.sort();
        listed.sort();
        assert_eq!(found, listed);
    }
}
