//! From checked descriptors to Rust: prost's code, and beside it a call of lahja's macros for each
//! type.

mod calls;
mod comments;
mod format;

use std::collections::{BTreeMap, BTreeSet};

use prost_build::{Config, Module};
use prost_reflect::{DescriptorPool, FileDescriptor};
use prost_types::FileDescriptorProto;

use crate::check::Model;
use crate::declare::EVENT_OPTION;
use crate::owner::Externs;
use crate::report::Mistake;

/// What one package became.
#[derive(Debug)]
pub(crate) struct Package {
    /// As in the .proto files: `chat.v1`; empty where they name none.
    pub(crate) name: String,
    /// Where it belongs among the others.
    pub(crate) module: Module,
    pub(crate) code: String,
}

impl Package {
    /// What `lahja::include_proto!` looks for.
    pub(crate) fn file_name(&self) -> String {
        match self.name.as_str() {
            "" => "_.rs".to_owned(),
            name => format!("{name}.rs"),
        }
    }
}

/// Every package that has types of this crate, and those in `packages` even if they have none.
pub(crate) fn generate(
    config: &mut Config,
    pool: &DescriptorPool,
    model: &Model,
    externs: &Externs,
    packages: &[String],
) -> Result<Vec<Package>, Mistake> {
    let calls = calls::install(config, model);
    let files = written_files(pool).map(|file| without_services(&file));
    let synthetic =
        written_files(pool).filter_map(|file| calls::synthetic_file(&file, model, externs));
    let requests = files
        .chain(synthetic)
        .map(|file| (module(file.package()), file))
        .collect();

    let mut modules: BTreeMap<Module, String> = config
        .generate(requests)
        .map_err(|error| Mistake::new(error.to_string()))?
        .into_iter()
        .collect();
    for (module, code) in &mut modules {
        *code = format::format(module, code)? + &calls.of(module);
    }

    let ours = packages.iter().filter(|name| !externs.own(name));
    let names = names(pool, ours, &modules);
    let package = |name: String| Package {
        module: module(&name),
        code: modules.get(&module(&name)).cloned().unwrap_or_default(),
        name,
    };
    Ok(names.into_iter().map(package).collect())
}

fn module(package: &str) -> Module {
    Module::from_protobuf_package_name(package)
}

/// The files that people wrote; lahja's own holds options, which live at build time alone.
fn written_files(pool: &DescriptorPool) -> impl Iterator<Item = FileDescriptor> + '_ {
    let is_lahjas = |file: &FileDescriptor| {
        let mut extensions = file.extensions();
        extensions.any(|extension| extension.full_name() == EVENT_OPTION)
    };
    pool.files().filter(move |file| !is_lahjas(file))
}

/// Messages and enums: services become calls. In comments that no one takes for a test.
fn without_services(file: &FileDescriptor) -> FileDescriptorProto {
    let mut file = file.file_descriptor_proto().clone();
    file.service.clear();
    comments::defuse(&mut file);
    file
}

fn names<'a>(
    pool: &DescriptorPool,
    packages: impl Iterator<Item = &'a String>,
    modules: &BTreeMap<Module, String>,
) -> BTreeSet<String> {
    let generated = written_files(pool)
        .map(|file| file.package_name().to_owned())
        .filter(|name| modules.contains_key(&module(name)));
    generated.chain(packages.cloned()).collect()
}
