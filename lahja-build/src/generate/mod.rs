//! From checked descriptors to Rust: prost's code, and beside it a call of lahja's macros for each
//! type.

mod calls;
mod comments;
mod format;
mod pack;

use std::collections::{BTreeMap, BTreeSet};

use prost_build::{Config, Module};
use prost_reflect::{DescriptorPool, FileDescriptor};
use prost_types::FileDescriptorProto;

use crate::check::Model;
use crate::declare::EVENT_OPTION;
use crate::owner::Externs;
use crate::report::{Mistake, Sources};

/// What one package became.
#[derive(Debug)]
pub(crate) struct Package {
    /// As in the .proto files: `chat.v1`; empty where they name none.
    pub(crate) name: String,
    /// Where it belongs among the others.
    pub(crate) module: Module,
    pub(crate) code: String,
    /// The files that declare it, for the export of `.proto` files; empty if it has no types.
    pub(crate) pack: Vec<u8>,
}

impl Package {
    /// What `lahja::include_proto!` looks for.
    pub(crate) fn file_name(&self) -> String {
        format!("{}.rs", stem(&self.name))
    }

    /// What the code includes beside it.
    pub(crate) fn pack_name(&self) -> String {
        pack_name(&self.name)
    }
}

fn pack_name(package: &str) -> String {
    format!("{}.bin", stem(package))
}

fn stem(package: &str) -> &str {
    match package {
        "" => "_",
        name => name,
    }
}

/// Every package that has types of this crate, and those in `packages` even if they have none.
pub(crate) fn generate(
    config: &mut Config,
    pool: &DescriptorPool,
    model: &Model,
    externs: &Externs,
    packages: &[String],
    sources: &Sources,
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
        *code = format::format(module, code)?;
    }

    let ours = packages.iter().filter(|name| !externs.own(name));
    let names = names(pool, ours, &modules);
    let package = |name: String| {
        let module = module(&name);
        let code = modules.get(&module).cloned().unwrap_or_default();
        let calls = calls.of(&module, &pack_name(&name));
        let declared_in =
            || written_files(pool).filter(|file| self::module(file.package_name()) == module);
        Package {
            pack: calls
                .as_ref()
                .map_or_else(Vec::new, |_| pack::pack(declared_in(), sources)),
            code: code + &calls.unwrap_or_default(),
            module,
            name,
        }
    };
    Ok(names.into_iter().map(package).collect())
}

fn module(package: &str) -> Module {
    Module::from_protobuf_package_name(package)
}

/// The files that people wrote; lahja's own holds options, which live at build time alone.
fn written_files(pool: &DescriptorPool) -> impl Iterator<Item = FileDescriptor> + '_ {
    pool.files().filter(|file| !is_lahjas(file))
}

fn is_lahjas(file: &FileDescriptor) -> bool {
    let mut extensions = file.extensions();
    extensions.any(|extension| extension.full_name() == EVENT_OPTION)
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
