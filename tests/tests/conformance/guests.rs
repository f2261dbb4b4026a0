//! The guests of the clients' READMEs in the chat room that is written in Rust.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::languages::{Client, PYTHON, TYPESCRIPT, command, repository, run};

/// The room of `examples/`, closed when this is dropped.
struct Room(Child);

impl Room {
    fn open(directory: &Path) -> Self {
        let mut build = Command::new(env!("CARGO"));
        build
            .current_dir(repository())
            .args([
                "build",
                "--quiet",
                "--offline",
                "--package",
                "lahja-examples",
            ])
            .args(["--bin", "chat"]);
        run(&mut build).unwrap_or_else(|problem| panic!("{problem}"));
        // Cargo puts the programs of all packages into one folder.
        let programs = Path::new(env!("CARGO_BIN_EXE_peer")).parent();
        let room = Command::new(programs.expect("a folder").join("chat"))
            .arg("--serve")
            .env("LAHJA_DIR", directory)
            .stdout(Stdio::null())
            .spawn();
        Self(room.expect("the room opens"))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.0.kill().expect("the room is ours");
        self.0.wait().expect("the room is ours");
    }
}

/// A program of a README, and what it says that it prints.
struct Guest {
    program: String,
    output: String,
}

impl Guest {
    /// The block whose first line is a comment with this file's name.
    fn of(client: &Client, file: &str) -> Self {
        let path = repository()
            .join("clients")
            .join(client.name)
            .join("README.md");
        let readme =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let blocks: Vec<_> = readme.split("```").skip(1).step_by(2).collect();
        let is_guest = |block: &&str| {
            let first = block.lines().nth(1).unwrap_or_default();
            first.trim_start_matches(['#', '/', ' ']) == file
        };
        let at = blocks.iter().position(is_guest);
        let at = at.unwrap_or_else(|| panic!("{} has no {file}", path.display()));
        let output = blocks[at..]
            .iter()
            .find_map(|block| block.strip_prefix("text\n"));
        Self {
            program: blocks[at].split_once('\n').expect("a line").1.to_owned(),
            output: output
                .expect("a block of text after the program")
                .to_owned(),
        }
    }

    /// Visits the room by this command.
    fn assert_prints(&self, visit: &mut Command) {
        let sockets = tempfile::tempdir().expect("a temporary directory");
        let _room = Room::open(sockets.path());
        let printed = run(visit.env("LAHJA_DIR", sockets.path()));
        let printed = printed.unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(printed, self.output);
    }
}

#[test]
fn the_python_guest_talks_to_the_room() {
    PYTHON.prepare();
    let folder = tempfile::tempdir().expect("a temporary directory");
    let guest = Guest::of(&PYTHON, "guest.py");
    let file = folder.path().join("guest.py");
    fs::write(&file, &guest.program).expect("a file of ours");
    let mut python = command("target/clients/python/venv/bin/python");
    guest.assert_prints(python.arg(&file));
}

/// How the guest in TypeScript is compiled, in its folder.
const TSCONFIG: &str = r#"{
    "compilerOptions": {
        "target": "es2022", "module": "nodenext", "strict": true, "skipLibCheck": true,
        "types": ["node"], "rootDir": "src", "outDir": "dist"
    },
    "include": ["src"]
}"#;

#[test]
fn the_typescript_guest_talks_to_the_room() {
    TYPESCRIPT.prepare();
    let guest = Guest::of(&TYPESCRIPT, "src/guest.ts");
    // Inside of the package, which then finds itself and what it depends on.
    let package = repository().join("target/clients/typescript");
    let folder = tempfile::tempdir_in(&package).expect("a folder of ours");
    let generated = folder.path().join("src/gen");
    fs::create_dir_all(&generated).expect("a folder of ours");
    for file in ["chat_pb.ts", "lahja_pb.ts"] {
        let from = package.join("test/gen").join(file);
        fs::copy(&from, generated.join(file))
            .unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    }
    fs::write(folder.path().join("src/guest.ts"), &guest.program).expect("a file of ours");
    fs::write(folder.path().join("tsconfig.json"), TSCONFIG).expect("a file of ours");
    let mut compiler = command("target/clients/typescript/node_modules/.bin/tsc");
    run(compiler.arg("--project").arg(folder.path())).unwrap_or_else(|problem| panic!("{problem}"));
    guest.assert_prints(Command::new("node").arg(folder.path().join("dist/guest.js")));
}
