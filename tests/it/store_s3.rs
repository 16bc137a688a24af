//! The suite on S3. Built with the feature `s3`, a test starts a local server (moto, installed with
//! `pip install 'moto[server]'`) and runs the store suite and the program against it.
//!
//! Another server with conditional put is used instead when `ADVISQL_S3_TEST_ENDPOINT` names it, for example
//! `http://127.0.0.1:5000`; it must have a bucket `advisql-test`, and the `AWS_…` variables must say the rest.

#[cfg(feature = "s3")]
pub use on::place;

/// Without the feature there is none.
#[cfg(not(feature = "s3"))]
pub fn place() -> Option<super::store_support::Place> {
    println!("skipped on S3: built without the feature `s3`");
    None
}

#[cfg(feature = "s3")]
mod on {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use crate::store_support::Place;

    const ENDPOINT: &str = "ADVISQL_S3_TEST_ENDPOINT";
    const BUCKET: &str = "advisql-test";

    /// moto's server, one request at a time: as `moto_server` starts it, of two conditional puts at once now and then
    /// both succeed (1 of 200 races of four writers), which no real S3 does.
    const MOTO: &str = "\
import sys
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple('127.0.0.1', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
";

    /// A place on the server of this process; `None` (and a line that says so) without one.
    pub fn place() -> Option<Place> {
        let Ok(endpoint) = std::env::var(ENDPOINT) else {
            println!("not on S3 here: {ENDPOINT} is not set");
            return None;
        };
        assert_eq!(
            std::env::var("AWS_ENDPOINT").as_deref(),
            Ok(endpoint.as_str()),
            "AWS_ENDPOINT must be the same, the store reads that one"
        );
        Some(Place::Remote(url()))
    }

    /// A prefix that nobody else has.
    fn url() -> String {
        let unique = tempfile::tempdir().unwrap();
        let name = unique.path().file_name().unwrap().to_str().unwrap().trim_start_matches('.').to_owned();
        format!("s3://{BUCKET}/{name}")
    }

    /// A server that ends with the test.
    struct Server {
        child: Child,
        address: SocketAddr,
    }

    impl Drop for Server {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    impl Server {
        /// Starts one with an empty bucket; `None` where moto is not installed.
        fn start() -> Option<Server> {
            // The port is free a moment later as well: nobody else asks for one in between.
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let port = address.port().to_string();
            let mut command = Command::new("python3");
            command.args(["-c", MOTO, &port]);
            let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let mut server = Server { child: child.ok()?, address };
            let start = Instant::now();
            while !server.make_bucket() {
                if server.child.try_wait().unwrap().is_some() {
                    return None;
                }
                assert!(start.elapsed() < Duration::from_secs(120), "the server does not answer");
                std::thread::sleep(Duration::from_millis(200));
            }
            Some(server)
        }

        /// `PUT /bucket`; whether it was made.
        fn make_bucket(&self) -> bool {
            let Ok(mut stream) = TcpStream::connect(self.address) else { return false };
            let request = format!(
                "PUT /{BUCKET} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                self.address
            );
            let mut answer = String::new();
            stream.write_all(request.as_bytes()).is_ok()
                && stream.read_to_string(&mut answer).is_ok()
                && answer.split(' ').nth(1) == Some("200")
        }

        /// Tells a process where the server is.
        fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
            let endpoint = format!("http://{}", self.address);
            command
                .env(ENDPOINT, &endpoint)
                .env("AWS_ENDPOINT", &endpoint)
                .env("AWS_ALLOW_HTTP", "true")
                .env("AWS_REGION", "us-east-1")
                .env("AWS_ACCESS_KEY_ID", "test")
                .env("AWS_SECRET_ACCESS_KEY", "test")
        }
    }

    /// Every test of the suite, in a process that knows the server.
    #[test]
    fn the_suite_holds_on_a_local_server() {
        if std::env::var_os(ENDPOINT).is_some() {
            println!("skipped: this process runs the suite on a server that it was given");
            return;
        }
        let Some(server) = Server::start() else {
            println!("skipped on S3: moto does not start; pip install 'moto[server]'");
            return;
        };
        let mut suite = Command::new(std::env::current_exe().unwrap());
        let suite =
            server.show(suite.args(["store_suite::", "--nocapture", "--test-threads=2"])).output().unwrap();
        let text = String::from_utf8_lossy(&suite.stdout);
        print!("{text}");
        assert!(suite.status.success(), "{}", String::from_utf8_lossy(&suite.stderr));
        assert!(!text.contains("not on S3 here"));
    }

    /// The program from a new store to a query and back to a sound store, all on S3.
    #[test]
    fn the_program_works_on_a_local_server() {
        if std::env::var_os(ENDPOINT).is_some() {
            return;
        }
        let Some(server) = Server::start() else {
            println!("skipped on S3: moto does not start; pip install 'moto[server]'");
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tasks.csv");
        let rows = "task_id,task_type,municipality_code,created_at,must_before_run\n\
                    1,Modtag Post,0751,2022-01-03T09:00:00Z,false\n2,Modtag Post,0751,2022-02-30T09:00:00Z,false\n";
        std::fs::write(&file, rows).unwrap();
        let (store, file) = (url(), file.to_str().unwrap().to_owned());
        let run = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_advisql"));
            let ended = server.show(command.args(args)).output().unwrap();
            assert!(ended.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ended.stderr));
            String::from_utf8(ended.stdout).unwrap()
        };
        run(&["init", &store]);
        let known = ["--registered-at", "2022-03-01T00:00:00Z"];
        let import = ["import", &store, "tasks", &file, known[0], known[1], "--json"];
        assert!(run(&import).contains("\"rejected_rows\": 1"));
        let again = run(&import);
        assert!(again.contains("\"already_imported\": 2"), "{again}");
        let query = "select t.task_id, t.task_type, r.line from tasks as t cross join sys.rejects as r";
        assert_eq!(
            run(&["sql", &store, query, "--format", "csv"]),
            "task_id,task_type,line\n1,Modtag Post,3\n"
        );
        assert!(run(&["verify", &store, "--json"]).contains("\"sound\": true"));
    }
}
