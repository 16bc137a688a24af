//! The documentation of a benefit function, from its declaration.

use datafusion_doc::{DocSection, Documentation};

use super::spec::{Argument, Kind, Spec, Unit};

impl Kind {
    /// Type and unit, as the reference says it.
    fn describe(self) -> String {
        match self {
            Kind::Month => "Date, first of a month".to_string(),
            Kind::Week => "Date, a Monday".to_string(),
            Kind::Date => "Date".to_string(),
            Kind::Flag => "Boolean".to_string(),
            Kind::Amount => "Kroner, zero or more".to_string(),
            Kind::Money => "Kroner".to_string(),
            Kind::Hours => "Hours of a month, 0 to 744, two decimals".to_string(),
            Kind::WeekHours => "Hours of a week, 0 to 168, two decimals".to_string(),
            Kind::Percent => "Per cent, 0 to 100".to_string(),
            Kind::Decimal => "Decimal number, 0 to a million, two decimals".to_string(),
            Kind::Count => "Whole number, 0 to a million".to_string(),
            Kind::Word(words) => format!("One of {}", words.join(", ")),
        }
    }

    /// Whether the kind is a day.
    pub(super) const fn is_day(self) -> bool {
        matches!(self, Kind::Month | Kind::Week | Kind::Date)
    }
}

impl Unit {
    fn describe(self) -> String {
        match self {
            Unit::Kroner => "kroner".to_string(),
            Unit::Hundredths => "two decimals".to_string(),
            Unit::Whole => "a whole number".to_string(),
            Unit::Flag => "true or false".to_string(),
            Unit::Date => "a date".to_string(),
            Unit::Word(words) => format!("one of {}", words.join(", ")),
        }
    }
}

/// The documentation in DataFusion's form and the layout of the reference.
pub(super) fn document(spec: &Spec, arguments: &[Argument]) -> Documentation {
    let section = DocSection { include: true, label: "benefits", description: None };
    let (steps, details) = spec.fields.split_at(spec.steps);
    let list = |fields: &[super::spec::Field]| {
        let of = |f: &super::spec::Field| format!("{} ({}: {})", f.name, f.unit.describe(), f.doc);
        fields.iter().map(of).collect::<Vec<_>>().join(", ")
    };
    let sum = match steps {
        [] => "0.00: nothing is paid".to_string(),
        steps => steps.iter().map(|f| f.name).collect::<Vec<_>>().join(" + "),
    };
    let first = if steps.is_empty() { String::new() } else { format!("{}; ", list(steps)) };
    let also = if details.is_empty() { String::new() } else { format!("; {}", list(details)) };
    let description = format!(
        "{}\n\nReturns: a struct: {first}gross (kroner), always {sum}{also}; rule_id (see law.rules), law_version, rates_used, \
         missing, derived_rates_used.\n\nNULL: the struct is never NULL; gross is NULL when a needed fact or rate is missing or a \
         value is out of bounds, and missing then says what. Facts a row does not need may be NULL; arguments left out at the \
         end are NULL.\n\nSource: {}",
        spec.doc, spec.source
    );
    let names: Vec<&str> = arguments.iter().map(|a| a.name).collect();
    let builder =
        Documentation::builder(section, description, format!("{}({})", spec.name, names.join(", ")))
            .with_sql_example(spec.example.render());
    arguments
        .iter()
        .fold(builder, |builder, a| {
            builder.with_argument(a.name, format!("{}. {}", a.kind.describe(), a.doc.trim()))
        })
        .build()
}
