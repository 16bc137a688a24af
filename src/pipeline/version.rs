//! One version of a pipeline, read and checked: the manifest and its statements.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::{Manifest, Sentence};
use super::shipped::SHIPPED;
use super::statement::Statement;
use crate::error::{Error, Result};
use crate::store::contract::{Contract, contracts};

/// One step: a statement and what becomes of its rows.
#[derive(Debug, Clone)]
pub struct Step {
    /// Name of the output; other steps read it as `run.<output>`.
    pub output: String,
    /// The statement.
    pub statement: Statement,
    /// Columns that are unique together.
    pub key: Vec<String>,
    /// The contract of the table of the store that the rows are published to; none: the run's own table.
    pub contract: Option<std::sync::Arc<Contract>>,
}

/// One gate or check: a statement that returns what is wrong.
#[derive(Debug, Clone)]
pub struct Test {
    /// Name.
    pub name: String,
    /// What a returned row means.
    pub sentence: Sentence,
    /// The statement.
    pub statement: Statement,
}

/// One version of a pipeline, ready to run.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its manifest.
    pub manifest: Manifest,
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// What must hold before.
    pub gates: Vec<Test>,
    /// What must hold of the produced rows.
    pub checks: Vec<Test>,
    /// How many cases ended how: columns benefit, outcome, reason, cases, gross.
    pub summary: Statement,
}

impl Version {
    /// Reads a version from its files: name below its directory, and text.
    ///
    /// # Errors
    /// [`Error::Pipeline`] naming the file at fault: missing, not declared in the manifest, or faulty.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Version> {
        let mut files: BTreeMap<&str, &str> = files.into_iter().collect();
        let mut take = |name: &str| {
            files.remove(name).ok_or_else(|| Error::Pipeline(format!("{name}: the file is missing")))
        };
        let manifest = Manifest::parse(take("pipeline.toml")?)?;
        let all = contracts()?;
        let mut steps = Vec::with_capacity(manifest.steps.len());
        for (i, declared) in manifest.steps.iter().enumerate() {
            let file = format!("{:02}_{}.sql", i + 1, declared.output);
            let contract = all.get(&declared.output).cloned();
            let key = match &contract {
                Some(contract) if declared.key.is_empty() => contract.key.clone(),
                _ => declared.key.clone(),
            };
            let statement = Statement::parse(&file, take(&file)?)?;
            if key.is_empty() {
                return Err(Error::Pipeline(format!("pipeline.toml: step {} has no key", declared.output)));
            }
            steps.push(Step { output: declared.output.clone(), statement, key, contract });
        }
        let mut tests = |directory: &str, declared: &BTreeMap<String, Sentence>| {
            let read = declared.iter().map(|(name, sentence)| {
                let file = format!("{directory}/{name}.sql");
                let statement = Statement::parse(&file, take(&file)?)?;
                if !statement.is_ordered() {
                    let why = "its rows are kept as evidence and need an ORDER BY";
                    return Err(Error::Pipeline(format!("{file}: {why}")));
                }
                Ok(Test { name: name.clone(), sentence: sentence.clone(), statement })
            });
            read.collect::<Result<Vec<Test>>>()
        };
        let gates = tests("gates", &manifest.gates)?;
        let checks = tests("checks", &manifest.checks)?;
        let summary = Statement::parse("summary.sql", take("summary.sql")?)?;
        if let Some((file, _)) = files.first_key_value() {
            return Err(Error::Pipeline(format!("{file}: the manifest does not declare it")));
        }
        let version = Version { manifest, steps, gates, checks, summary };
        version.check_inputs()?;
        Ok(version)
    }

    /// A shipped version; the newest when `version` is `None`.
    ///
    /// # Errors
    /// [`Error::Pipeline`] naming the pipelines and versions there are.
    pub fn shipped(pipeline: &str, version: Option<&str>) -> Result<Version> {
        let found =
            SHIPPED.iter().rev().find(|(name, v, _)| *name == pipeline && version.is_none_or(|w| w == *v));
        let Some((_, _, files)) = found else {
            let there: Vec<String> = SHIPPED.iter().map(|(name, v, _)| format!("{name} {v}")).collect();
            let asked = version.map_or(pipeline.to_owned(), |v| format!("{pipeline} {v}"));
            return Err(Error::Pipeline(format!(
                "there is no pipeline {asked}; there is {}",
                there.join(", ")
            )));
        };
        Version::read(files.iter().copied())
    }

    /// Every statement: file-like name and statement.
    pub fn statements(&self) -> impl Iterator<Item = (String, &Statement)> {
        let steps = self.steps.iter().map(|s| (s.output.clone(), &s.statement));
        let gates = self.gates.iter().map(|t| (format!("gates/{}", t.name), &t.statement));
        let checks = self.checks.iter().map(|t| (format!("checks/{}", t.name), &t.statement));
        steps.chain(gates).chain(checks).chain([("summary".to_owned(), &self.summary)])
    }

    /// The manifest's inputs are what the statements read; a step reads only steps before it, a gate none.
    fn check_inputs(&self) -> Result<()> {
        let declared: BTreeSet<&str> = self.manifest.inputs.iter().map(String::as_str).collect();
        let mut read = BTreeSet::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let mut visit = |name: &str, statement: &Statement, known: &BTreeSet<&str>| -> Result<()> {
            for table in statement.tables() {
                match table.strip_prefix("run.") {
                    Some(step) if !known.contains(step) => {
                        return Err(Error::Pipeline(format!("{name} reads run.{step} before there is one")));
                    }
                    Some(_) => {}
                    None => {
                        read.insert(table.clone());
                    }
                }
            }
            Ok(())
        };
        for gate in &self.gates {
            visit(&gate.name, &gate.statement, &known)?;
        }
        for step in &self.steps {
            visit(&step.output, &step.statement, &known)?;
            known.insert(&step.output);
        }
        for check in &self.checks {
            visit(&check.name, &check.statement, &known)?;
        }
        visit("summary", &self.summary, &known)?;
        let read: BTreeSet<&str> = read.iter().map(String::as_str).collect();
        if read != declared {
            let differ: Vec<&&str> = read.symmetric_difference(&declared).collect();
            return Err(Error::Pipeline(format!(
                "pipeline.toml: inputs and what the SQL reads differ in {differ:?}"
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_versions_are_sound() {
        for (name, version, _) in SHIPPED {
            let read = Version::shipped(name, Some(version)).unwrap();
            assert_eq!((read.manifest.name.as_str(), read.manifest.version.as_str()), (*name, *version));
            assert!(read.gates.len() >= 2 && read.checks.len() >= 4);
        }
        let newest = Version::shipped("month_end", None).unwrap();
        let published: Vec<&str> =
            newest.steps.iter().filter(|s| s.contract.is_some()).map(|s| s.output.as_str()).collect();
        assert_eq!(published, ["calculations", "payments", "tasks"]);
        assert!(Version::shipped("month_end", Some("v0")).unwrap_err().to_string().contains("month_end v1"));
    }

    #[test]
    fn every_reason_in_the_sql_has_its_sentence() {
        let version = Version::shipped("month_end", Some("v1")).unwrap();
        let assessed = version.steps.iter().find(|s| s.output == "assessed").unwrap().statement.normalised();
        let given: BTreeSet<&str> =
            assessed.split("THEN '").skip(1).filter_map(|rest| rest.split('\'').next()).collect();
        let declared: BTreeSet<&str> = version.manifest.reasons.keys().map(String::as_str).collect();
        assert_eq!(given, declared);
    }

    const FILES: [(&str, &str); 3] = [
        (
            "pipeline.toml",
            "name='p'\nversion='v1'\ntitle={da='a',en='b'}\ncovers=[]\nfirst_period='2014-01'\n\
             inputs=['cases']\nsteps=[{output='one', key=['case_id']}]",
        ),
        ("01_one.sql", "SELECT case_id FROM cases"),
        ("summary.sql", "SELECT count(*) FROM run.one"),
    ];

    fn fault(change: impl Fn(&mut Vec<(&'static str, &'static str)>)) -> String {
        let mut files = FILES.to_vec();
        change(&mut files);
        Version::read(files).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn files_and_manifest_must_agree() {
        assert!(Version::read(FILES).is_ok());
        assert!(fault(|f| f.truncate(1)).contains("01_one.sql: the file is missing"));
        assert!(fault(|f| f.push(("02_two.sql", "SELECT 1"))).contains("does not declare"));
        assert!(fault(|f| f[1].1 = "SELECT person_id AS case_id FROM persons").contains("differ"));
        assert!(fault(|f| f[1].1 = "SELECT case_id FROM run.two").contains("before there is one"));
    }
}
