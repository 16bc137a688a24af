//! The command line program; everything is in `advisql::cli`.

fn main() -> std::process::ExitCode {
    advisql::cli::main()
}
