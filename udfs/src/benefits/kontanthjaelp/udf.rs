//! `kontanthjaelp(…)`: the SQL function over columns.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, StringViewArray, StringViewBuilder, StructArray,
};
use arrow::buffer::Buffer;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Field, Fields};
use datafusion_common::{Result, ScalarValue, internal_err, plan_err};
use datafusion_doc::Documentation;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::month::{Month, Priced};
use super::rules::Family;
use super::table::TABLE;
use super::{Facts, Income, NO_LAW, Steps, explain, frame, income, settle};
use crate::law::Rates;
use crate::law::money::{MONEY_PRECISION, MONEY_SCALE};

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Date,
    Bool,
    Hundredths,
}

/// Every argument, in order: name, kind, meaning.
const ARGUMENTS: &[(&str, Kind, &str)] = &[
    ("period", Kind::Date, "First day of the month covered."),
    ("birth_date", Kind::Date, "Date of birth; the age on the first day of the month decides."),
    ("provider", Kind::Bool, "Has the duty to provide for an own child under 18 (forsørger)."),
    (
        "extra_child_allowance",
        Kind::Bool,
        "Right to ekstra børnetilskud; needed of providers under 30 and in the system of July 2025.",
    ),
    (
        "single",
        Kind::Bool,
        "Neither married nor cohabiting as spouses; true makes the spouse's facts unneeded.",
    ),
    ("lives_with_parent", Kind::Bool, "Hjemmeboende; needed under 30."),
    (
        "partner_on_assistance",
        Kind::Bool,
        "Partner on SU, uddannelseshjælp or kontanthjælp; needed of young providers in 2014-2015.",
    ),
    ("pregnant_past_week_12", Kind::Bool, "Needed under 30 until June 2025."),
    ("severe_mental_illness", Kind::Bool, "Needed under 30 until June 2025."),
    (
        "vocational_education",
        Kind::Bool,
        "Needed under 30 until June 2025: without it uddannelseshjælp applies.",
    ),
    (
        "activity_ready",
        Kind::Bool,
        "Aktivitetsparat and in an activity; needed where a supplement depends on it.",
    ),
    ("residence_requirement_met", Kind::Bool, "Needed from July 2025."),
    (
        "employment_requirement_met",
        Kind::Bool,
        "2½ years of ordinary work within ten years; needed under 30 from July 2025.",
    ),
    (
        "work_income",
        Kind::Hundredths,
        "Kroner, after ATP, AM-bidrag, set-aside holiday pay and collective pension.",
    ),
    ("work_hours", Kind::Hundredths, "Worked hours; NULL uses the conversion factor where it is published."),
    ("other_income", Kind::Hundredths, "Kroner, deducted krone for krone."),
    ("spouse_work_income", Kind::Hundredths, "Kroner, as work_income; needed unless single."),
    ("spouse_work_hours", Kind::Hundredths, "Worked hours of the spouse."),
    ("spouse_other_income", Kind::Hundredths, "Kroner; needed unless single."),
    (
        "spouse_help",
        Kind::Hundredths,
        "Kroner, the spouse's own calculated help of the month; needed when the spouse has income.",
    ),
];

const MONEY: DataType = DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE);

/// Fields of the result, in order.
static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let field = |name: &str, data_type: DataType| Field::new(name, data_type, true);
    Fields::from(vec![
        field("base_rate", MONEY),
        field("supplement", MONEY),
        field("income_deduction", MONEY),
        field("spouse_deduction", MONEY),
        field("gross", MONEY),
        field("income", MONEY),
        field("disregard", MONEY),
        field("rule_id", DataType::Utf8View),
        field("law_version", DataType::Utf8View),
        field("rates_used", DataType::Utf8View),
        field("missing", DataType::Utf8View),
        field("derived_rates_used", DataType::Boolean),
    ])
});

/// `kontanthjaelp(…)` for one law.
#[derive(Debug)]
pub struct Kontanthjaelp {
    rates: Arc<Rates>,
    signature: Signature,
}

impl Kontanthjaelp {
    /// The function over one law.
    pub fn new(rates: Arc<Rates>) -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(ARGUMENTS.iter().map(|(name, _, _)| (*name).to_string()).collect());
        Self { rates, signature }
    }
}

impl PartialEq for Kontanthjaelp {
    fn eq(&self, other: &Self) -> bool {
        self.rates.hash() == other.rates.hash()
    }
}

impl Eq for Kontanthjaelp {}

impl Hash for Kontanthjaelp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rates.hash().hash(state);
    }
}

impl ScalarUDFImpl for Kontanthjaelp {
    fn name(&self) -> &str {
        "kontanthjaelp"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() < 2 || given.len() > ARGUMENTS.len() {
            return plan_err!("kontanthjaelp takes 2 to {} arguments, not {}", ARGUMENTS.len(), given.len());
        }
        given.iter().zip(ARGUMENTS).map(|(given, (name, kind, _))| accept(name, *kind, given)).collect()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if scalar { 1 } else { args.number_rows };
        let columns = args.args.iter().map(|a| a.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let result: ArrayRef = Arc::new(calculate(&Columns::new(&columns)?, rows, &self.rates)?);
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&DOCUMENTATION)
    }
}

static DOCUMENTATION: LazyLock<Documentation> = LazyLock::new(|| {
    let names: Vec<&str> = ARGUMENTS.iter().map(|(name, _, _)| *name).collect();
    let section = datafusion_doc::DocSection { include: true, label: "benefits", description: None };
    let builder = Documentation::builder(
        section,
        "Kontanthjælp of one person and month before tax, with every step. Rate and supplements by the law in force in the month covered \
         (2014 to June 2025: LAS §§ 25, 30, 31; from July 2025: §§ 16-19, where only the amounts that are published count and any \
         income stops the calculation, as only the agreement's offset was read). gross is always base_rate + supplement + \
         income_deduction + spouse_deduction. Not calculated here: tax, sanctions, the 225-hour rule, the ceiling, part months.\n\n\
         Returns: a struct: base_rate, supplement, income_deduction (zero or negative), spouse_deduction (zero or negative), gross, \
         income and disregard in kroner; rule_id (see law.rules), law_version, rates_used, missing, derived_rates_used.\n\n\
         NULL: the struct is never NULL; gross is NULL when a needed fact or rate is missing, and missing then names it. Facts a case \
         does not need may be NULL; arguments left out at the end are NULL.\n\n\
         Source: law.rules and law.rates, each row with its own source.",
        format!("kontanthjaelp({})", names.join(", ")),
    )
    .with_sql_example(
        "```sql\n> SELECT kontanthjaelp(period => DATE '2023-05-01', birth_date => DATE '1983-02-10', provider => true, \
         extra_child_allowance => NULL, single => true, lives_with_parent => NULL, partner_on_assistance => NULL, \
         pregnant_past_week_12 => NULL, severe_mental_illness => NULL, vocational_education => NULL, activity_ready => NULL, \
         residence_requirement_met => NULL, employment_requirement_met => NULL, work_income => 0, work_hours => NULL, \
         other_income => 1000)['gross'] AS gross;\n+----------+\n| gross    |\n+----------+\n| 14874.00 |\n+----------+\n```",
    );
    ARGUMENTS.iter().fold(builder, |builder, (name, _, text)| builder.with_argument(*name, *text)).build()
});

/// The type an argument is read as, or a sentence on what does not fit.
fn accept(name: &str, kind: Kind, given: &DataType) -> Result<DataType> {
    use DataType::{
        Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, LargeUtf8, Null, Utf8,
        Utf8View,
    };
    match (kind, given) {
        (Kind::Date, Date32 | Date64 | Utf8 | LargeUtf8 | Utf8View | Null) => Ok(Date32),
        (Kind::Bool, Boolean | Null) => Ok(Boolean),
        (Kind::Hundredths, Decimal128(_, 2)) => Ok(given.clone()),
        (
            Kind::Hundredths,
            Decimal32(_, _) | Decimal64(_, _) | Decimal128(_, _) | Decimal256(_, _) | Null,
        ) => Ok(Decimal128(38, 2)),
        (Kind::Hundredths, whole) if whole.is_integer() => Ok(Decimal128(38, 2)),
        (Kind::Date, _) => plan_err!("{name} of kontanthjaelp must be a date, not {given}"),
        (Kind::Bool, _) => plan_err!("{name} of kontanthjaelp must be true, false or NULL, not {given}"),
        (Kind::Hundredths, _) => plan_err!("{name} of kontanthjaelp must be a decimal number, not {given}"),
    }
}

/// The arguments as columns; one left out is unknown in every row.
struct Columns<'a> {
    columns: &'a [ArrayRef],
}

impl<'a> Columns<'a> {
    fn new(columns: &'a [ArrayRef]) -> Result<Self> {
        for (column, (name, kind, _)) in columns.iter().zip(ARGUMENTS) {
            let fits = match kind {
                Kind::Date => column.data_type() == &DataType::Date32,
                Kind::Bool => column.data_type() == &DataType::Boolean,
                Kind::Hundredths => matches!(column.data_type(), DataType::Decimal128(_, 2)),
            };
            if !fits {
                return internal_err!("{name} of kontanthjaelp arrived as {}", column.data_type());
            }
        }
        Ok(Self { columns })
    }

    fn date(&self, n: usize, row: usize) -> Option<i32> {
        let column = self.columns.get(n)?.as_primitive::<Date32Type>();
        column.is_valid(row).then(|| column.value(row))
    }

    fn bool(&self, n: usize, row: usize) -> Option<bool> {
        let column = self.columns.get(n)?.as_boolean();
        column.is_valid(row).then(|| column.value(row))
    }

    /// What does not fit an `i64` becomes its end, which is refused as too large.
    fn hundredths(&self, n: usize, row: usize) -> Option<i64> {
        let column = self.columns.get(n)?.as_primitive::<Decimal128Type>();
        column.is_valid(row).then(|| i64::try_from(column.value(row)).unwrap_or(i64::MAX))
    }

    fn facts(&self, row: usize) -> Facts {
        Facts {
            period: self.date(0, row),
            birth_date: self.date(1, row),
            family: Family {
                provider: self.bool(2, row),
                extra_child_allowance: self.bool(3, row),
                single: self.bool(4, row),
                lives_with_parent: self.bool(5, row),
                partner_on_assistance: self.bool(6, row),
                pregnant_past_week_12: self.bool(7, row),
                severe_mental_illness: self.bool(8, row),
                vocational_education: self.bool(9, row),
                activity_ready: self.bool(10, row),
                residence_requirement_met: self.bool(11, row),
                employment_requirement_met: self.bool(12, row),
            },
            own: Income {
                work: self.hundredths(13, row),
                hours: self.hundredths(14, row),
                other: self.hundredths(15, row),
            },
            spouse: Income {
                work: self.hundredths(16, row),
                hours: self.hundredths(17, row),
                other: self.hundredths(18, row),
            },
            spouse_help: self.hundredths(19, row),
        }
    }
}

/// Distinct texts of a batch; rows hold their number.
#[derive(Default)]
struct Texts {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Texts {
    fn number(&mut self, text: String) -> Option<u32> {
        if text.is_empty() {
            return None;
        }
        let next = self.texts.len() as u32;
        Some(*self.numbers.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        }))
    }

    /// A column whose views all point into one shared buffer.
    fn column(&self, rows: &[Option<u32>]) -> Result<StringViewArray> {
        let mut places = Vec::with_capacity(self.texts.len());
        let mut all = String::new();
        for text in &self.texts {
            places.push((all.len() as u32, text.len() as u32));
            all.push_str(text);
        }
        let mut builder = StringViewBuilder::with_capacity(rows.len());
        let block = builder.append_block(Buffer::from_vec(all.into_bytes()));
        for row in rows {
            match row {
                Some(number) => {
                    let (start, length) = places[*number as usize];
                    builder.try_append_view(block, start, length)?;
                }
                None => builder.append_null(),
            }
        }
        Ok(builder.finish())
    }
}

/// What a decision gives in one month, with the texts of a case without further remarks.
struct Entry {
    priced: Priced,
    rule: Option<u32>,
    version: Option<u32>,
    /// `(rates_used, missing, derived)` by the bits of the income.
    remarks: HashMap<u32, (Option<u32>, Option<u32>, bool)>,
}

/// The entries of one month by their index, made when a case first needs one.
type Entries = Vec<Option<Box<Entry>>>;

/// The months a batch covers, each with the entries its cases have.
struct Months<'a> {
    rates: &'a Rates,
    months: HashMap<i32, Option<(Month, Entries)>>,
    texts: Texts,
}

#[derive(Default)]
struct Output {
    money: [Vec<Option<i128>>; 7],
    texts: [Vec<Option<u32>>; 4],
    derived: Vec<bool>,
}

impl Output {
    fn push(
        &mut self,
        base: Option<i64>,
        supplement: Option<i64>,
        steps: &Steps,
        texts: [Option<u32>; 4],
        derived: bool,
    ) {
        let money = [
            base,
            supplement,
            steps.income_deduction,
            steps.spouse_deduction,
            steps.gross,
            steps.income,
            steps.disregard,
        ];
        for (column, value) in self.money.iter_mut().zip(money) {
            column.push(value.map(i128::from));
        }
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text);
        }
        self.derived.push(derived);
    }

    fn finish(self, texts: &Texts) -> Result<StructArray> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(FIELDS.len());
        for column in self.money {
            let column =
                Decimal128Array::from_iter(column).with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?;
            columns.push(Arc::new(column));
        }
        for column in &self.texts {
            columns.push(Arc::new(texts.column(column)?));
        }
        columns.push(Arc::new(BooleanArray::from(self.derived)));
        Ok(StructArray::try_new(FIELDS.clone(), columns, None)?)
    }
}

fn calculate(columns: &Columns<'_>, rows: usize, rates: &Rates) -> Result<StructArray> {
    let mut months = Months { rates, months: HashMap::new(), texts: Texts::default() };
    let mut output = Output::default();
    for row in 0..rows {
        months.row(&columns.facts(row), &mut output);
    }
    output.finish(&months.texts)
}

impl Months<'_> {
    fn row(&mut self, facts: &Facts, output: &mut Output) {
        let (period, band) = match frame(facts.period, facts.birth_date) {
            Ok(known) => known,
            Err(missing) => return self.refuse(missing, output),
        };
        let rates = self.rates;
        let known = self.months.entry(period).or_insert_with(|| {
            let entries = TABLE.decisions.iter().map(|_| None).collect();
            Month::of(period, rates).map(|month| (month, entries))
        });
        let Some((month, entries)) = known else {
            return self.refuse(NO_LAW, output);
        };
        let id = TABLE.id(month.version, band, &facts.family);
        let texts = &mut self.texts;
        let entry = entries[id].get_or_insert_with(|| {
            let decision = TABLE.decisions[id];
            Box::new(Entry {
                priced: month.price(&decision, rates),
                rule: decision.rule.and_then(|rule| texts.number(rule.to_string())),
                version: texts.number(month.version.as_str().to_string()),
                remarks: HashMap::new(),
            })
        });
        let steps = settle(&entry.priced, month, facts);
        let priced = &entry.priced;
        let (used, missing, derived) = *entry.remarks.entry(steps.bits).or_insert_with(|| {
            let (mut used, mut missing) = (priced.rates_used.clone(), priced.missing.clone());
            explain(steps.bits, month, rates, &mut used, &mut missing);
            let derived = priced.derived || income::rates_of(steps.bits).any(|key| month.derived(key));
            (texts.number(used), texts.number(missing), derived)
        });
        output.push(
            priced.base,
            priced.supplement,
            &steps,
            [entry.rule, entry.version, used, missing],
            derived,
        );
    }

    fn refuse(&mut self, missing: &str, output: &mut Output) {
        let missing = self.texts.number(missing.to_string());
        output.push(None, None, &Steps::default(), [None, None, None, missing], false);
    }
}
