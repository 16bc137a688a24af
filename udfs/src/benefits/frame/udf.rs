//! A benefit as a SQL function.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, StructArray};
use arrow::datatypes::{DataType, Fields};
use datafusion_common::{Result, ScalarValue, plan_err};
use datafusion_doc::Documentation;
use datafusion_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::Benefit;
use super::declared::Registered;
use super::documentation::document;
use super::facts::{Facts, Row};
use super::input::{Block, Input, MOST_ARGUMENTS, UNKNOWN};
use super::law::{Book, Law};
use super::outcome::Stopped;
use super::output::{Output, Wanted, all_fields};
use super::spec::Argument;
use super::width::Width;
use crate::law::Rates;

/// The SQL function of a benefit for one law.
pub struct BenefitFunction<B, const N: usize> {
    rates: Arc<Rates>,
    /// The rates of the benefit, looked up when the first row is calculated.
    book: Arc<OnceLock<Book>>,
    name: String,
    wanted: Wanted,
    width: Width,
    fields: Fields,
    signature: Signature,
    documentation: Arc<Documentation>,
    benefit: PhantomData<B>,
}

impl<const N: usize, B: Benefit<N>> BenefitFunction<B, N> {
    /// The function over one law, giving every field.
    pub fn new(rates: &Arc<Rates>) -> Self {
        const {
            assert!(B::SPEC.fields.len() == N && N <= 30 && B::SPEC.steps <= N);
            assert!(B::SPEC.rates.len() <= 64 && B::SPEC.gaps.len() <= 60 && B::SPEC.rules.len() < 255);
            let arguments = <B::Facts as Facts>::ARGUMENTS;
            assert!(arguments.len() <= MOST_ARGUMENTS && arguments[0].needed && arguments[0].kind.is_day());
        }
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(Self::arguments().iter().map(|a| a.name.to_string()).collect());
        Self {
            rates: Arc::clone(rates),
            book: Arc::default(),
            name: B::SPEC.name.to_string(),
            wanted: Wanted::ALL,
            width: Width::Bits128,
            fields: all_fields(B::SPEC, Width::Bits128),
            signature,
            documentation: Arc::new(document(B::SPEC, Self::arguments())),
            benefit: PhantomData,
        }
    }

    /// The function to register, with its declaration.
    pub fn udf(rates: &Arc<Rates>) -> Registered {
        let function = Self::new(rates);
        let declared = function.keeping(function.wanted, function.width);
        Registered { udf: Arc::new(ScalarUDF::from(function)), declared: Arc::new(declared) }
    }

    /// The same function giving only some fields of the result, in the order of the full one; `None` when there is no such field.
    pub fn giving(&self, names: &[&str], width: Width) -> Option<Self> {
        let all = all_fields(B::SPEC, width);
        let mut wanted = Wanted(0);
        for name in names {
            wanted.0 |= 1 << all.find(name)?.0;
        }
        Some(self.keeping(wanted, width))
    }

    fn keeping(&self, wanted: Wanted, width: Width) -> Self {
        let fields = wanted.of(&all_fields(B::SPEC, width));
        let names: Vec<&str> = fields.iter().map(|f| f.name().as_str()).collect();
        let name = match (wanted, width) {
            (Wanted::ALL, Width::Bits128) => B::SPEC.name.to_string(),
            (_, Width::Bits128) => format!("{}[{}]", B::SPEC.name, names.join(",")),
            (_, Width::Bits64) => format!("{}[{} of 64 bits]", B::SPEC.name, names.join(",")),
        };
        Self {
            rates: Arc::clone(&self.rates),
            book: Arc::clone(&self.book),
            name,
            wanted,
            width,
            fields,
            signature: self.signature.clone(),
            documentation: Arc::clone(&self.documentation),
            benefit: PhantomData,
        }
    }

    pub(super) fn arguments() -> &'static [Argument] {
        <B::Facts as Facts>::ARGUMENTS
    }

    /// The rates of the benefit by day.
    pub fn book(&self) -> &Book {
        self.book.get_or_init(|| Book::new(B::SPEC, &self.rates))
    }

    /// The wanted columns of some rows.
    fn calculate(&self, values: &[ColumnarValue], rows: usize) -> Result<Vec<ArrayRef>> {
        let input = self.input(values)?;
        let mut output = self.output(rows);
        for (field, argument) in B::GIVEN {
            output.give(*field, input.column(*argument));
        }
        self.rows(&input, rows, &mut output);
        output.finish()
    }

    /// The arguments of a call.
    pub fn input(&self, values: &[ColumnarValue]) -> Result<Input> {
        Input::new(Self::arguments(), values)
    }

    /// Room for the wanted columns of some rows.
    pub fn output(&self, rows: usize) -> Output<'_, N> {
        Output::new(self.book(), Self::arguments(), self.wanted, self.width, rows)
    }

    /// Calculates the rows of a call, without what goes before and comes after: benchmarks measure it alone.
    pub fn rows(&self, input: &Input, rows: usize, output: &mut Output<'_, N>) {
        B::rows(self.book(), input, rows, output);
    }
}

/// Calculates those of the rows `start..start + rows`, at most a block, that are `chosen` by their place in the block, one by one
/// with the plain function.
pub(crate) fn one_by_one<B: Benefit<N>, const N: usize>(
    book: &Book,
    input: &Input,
    block: &mut Block,
    start: usize,
    rows: usize,
    chosen: impl Fn(usize) -> bool,
    output: &mut Output<'_, N>,
) {
    input.fill(block, start, rows);
    output.reach(start + rows);
    let mut law = book.stretch(i32::MIN);
    for row in (0..rows).filter(|row| chosen(*row)) {
        law = one::<B, N>(book, block.row(row), block.flaws(row), law, start + row, output);
    }
}

/// Calculates one row with the plain function; no other row is read.
pub(crate) fn alone<B: Benefit<N>, const N: usize>(
    book: &Book,
    input: &Input,
    at: usize,
    output: &mut Output<'_, N>,
) {
    output.reach(at + 1);
    let mut values = [UNKNOWN; MOST_ARGUMENTS];
    let flaws = input.row(at, &mut values);
    one::<B, N>(book, Row { lanes: &values, row: 0, stride: 1 }, flaws, book.stretch(i32::MIN), at, output);
}

#[cfg(test)]
thread_local! {
    /// The rows that a plain function calculated: blocks leave it only what they must.
    pub(crate) static ONE_BY_ONE: std::cell::RefCell<Vec<usize>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Calculates one row, of which `flaws` are the facts that are absent or wrong; gives the stretch it used, for the next row to try
/// first.
#[inline(always)]
pub(super) fn one<'a, B: Benefit<N>, const N: usize>(
    book: &'a Book,
    row: Row<'_>,
    flaws: Stopped,
    law: &'a Law,
    at: usize,
    output: &mut Output<'_, N>,
) -> &'a Law {
    #[cfg(test)]
    ONE_BY_ONE.with_borrow_mut(|rows| rows.push(at));
    let raw = row.first();
    let day = raw as i32;
    if flaws.facts | flaws.errors != 0 {
        output.refuse(at, flaws, law, if raw == UNKNOWN { 0 } else { day });
        return law;
    }
    let law = if day < law.from || day >= law.to { book.stretch(day) } else { law };
    if !law.exists() {
        output.refuse(at, Stopped::default(), law, day);
        return law;
    }
    output.put(at, &B::outcome(&B::Facts::read(row), law), law, day);
    law
}

impl<B, const N: usize> fmt::Debug for BenefitFunction<B, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BenefitFunction").field("fields", &self.fields.len()).finish_non_exhaustive()
    }
}

// The type is the benefit; the law and the fields given, with their width, are all else that distinguishes two functions.
impl<B, const N: usize> PartialEq for BenefitFunction<B, N> {
    fn eq(&self, other: &Self) -> bool {
        self.rates.hash() == other.rates.hash() && self.wanted == other.wanted && self.width == other.width
    }
}

impl<B, const N: usize> Eq for BenefitFunction<B, N> {}

impl<B, const N: usize> Hash for BenefitFunction<B, N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rates.hash().hash(state);
        self.wanted.hash(state);
        self.width.hash(state);
    }
}

impl<const N: usize, B: Benefit<N>> ScalarUDFImpl for BenefitFunction<B, N> {
    /// A function that does not give every field names those it gives, so that a plan shows them.
    fn name(&self) -> &str {
        &self.name
    }

    /// The column is called the same, whichever fields the call gives.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let args = args.iter().map(|arg| arg.schema_name().to_string()).collect::<Vec<_>>().join(",");
        Ok(format!("{}({args})", B::SPEC.name))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let (name, arguments) = (B::SPEC.name, Self::arguments());
        let needed = arguments.iter().filter(|a| a.needed).count();
        if given.len() < needed || given.len() > arguments.len() {
            return plan_err!("{name} takes {needed} to {} arguments, not {}", arguments.len(), given.len());
        }
        given.iter().zip(arguments).map(|(given, a)| a.kind.accept(name, a.name, given)).collect()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if scalar { 1 } else { args.number_rows };
        let columns = self.calculate(&args.args, rows)?;
        let result: ArrayRef = Arc::new(StructArray::try_new(self.fields.clone(), columns, None)?);
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
