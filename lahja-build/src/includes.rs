//! The file that includes all packages.

use crate::generate::Package;

/// Modules nested as the packages are, because prost's paths between packages go up and down them.
pub(crate) fn includes(packages: &[Package]) -> String {
    let mut packages: Vec<_> = packages.iter().collect();
    packages.sort_by(|a, b| a.module.cmp(&b.module));
    // Packages that differ in case alone are one module, and each file has the code of all.
    packages.dedup_by(|a, b| a.module == b.module);

    let mut nesting = Nesting::default();
    for package in packages {
        let modules: Vec<_> = package.module.parts().collect();
        nesting.go_to(&modules);
        nesting.line(&format!("include!(\"{}\");", package.file_name()));
    }
    nesting.go_to(&[]);
    nesting.text
}

/// Text inside of the modules that are open.
#[derive(Default)]
struct Nesting<'a> {
    text: String,
    open: Vec<&'a str>,
}

impl<'a> Nesting<'a> {
    fn go_to(&mut self, modules: &[&'a str]) {
        let pairs = self.open.iter().zip(modules);
        let shared = pairs.take_while(|(a, b)| a == b).count();
        while self.open.len() > shared {
            self.open.pop();
            self.line("}");
        }
        for module in &modules[shared..] {
            self.enter(module);
        }
    }

    fn enter(&mut self, module: &'a str) {
        let parents = self.open.iter().chain([&module]);
        let package: Vec<_> = parents.map(|name| name.trim_start_matches("r#")).collect();
        self.line(&format!(
            "/// The protobuf package `{}`.",
            package.join(".")
        ));
        if self.open.is_empty() {
            self.line("#[allow(unreachable_pub, clippy::module_inception)]");
        }
        self.line(&format!("pub mod {module} {{"));
        self.open.push(module);
    }

    fn line(&mut self, line: &str) {
        let indent = "    ".repeat(self.open.len());
        self.text.push_str(&format!("{indent}{line}\n"));
    }
}
