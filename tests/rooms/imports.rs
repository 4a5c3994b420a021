//! Which file imports which, read off the paths in the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// The path of a module in its crate: its name and its parents', from the root.
type ModulePath = Vec<String>;

/// The modules of a crate.
pub struct Crate {
    modules: BTreeMap<ModulePath, Module>,
}

/// A module, in its own file or within one.
struct Module {
    file: PathBuf,
    items: Vec<syn::Item>,
    /// What `use` brings into it: a name, and the path behind it.
    names: BTreeMap<String, Vec<String>>,
    /// The paths of `use x::*`.
    globs: Vec<Vec<String>>,
    /// Names of the items that it defines.
    defined: BTreeSet<String>,
}

impl Crate {
    /// The crate whose root is the file `root` of `sources`; what is only there for tests is left out.
    pub fn new(root: &Path, sources: &BTreeMap<PathBuf, String>) -> Self {
        let mut this = Self { modules: BTreeMap::new() };
        let items = syn::parse_file(&sources[root]).unwrap().items;
        this.add(Vec::new(), root.to_path_buf(), PathBuf::new(), items, sources);
        this
    }

    fn add(
        &mut self,
        path: ModulePath,
        file: PathBuf,
        folder: PathBuf,
        items: Vec<syn::Item>,
        sources: &BTreeMap<PathBuf, String>,
    ) {
        let mut module = Module {
            file,
            items: Vec::new(),
            names: BTreeMap::new(),
            globs: Vec::new(),
            defined: BTreeSet::new(),
        };
        for item in items {
            if is_for_tests(attributes(&item)) {
                continue;
            }
            match item {
                syn::Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let child = [path.clone(), vec![name.clone()]].concat();
                    if let Some((_, items)) = inner.content {
                        self.add(child, module.file.clone(), folder.join(&name), items, sources);
                        continue;
                    }
                    let beside = folder.join(format!("{name}.rs"));
                    let within = folder.join(&name).join("mod.rs");
                    let file = if sources.contains_key(&beside) { beside } else { within };
                    let text =
                        sources.get(&file).unwrap_or_else(|| panic!("no {}", file.display()));
                    let items = syn::parse_file(text).unwrap().items;
                    // A module that can have several bodies, by feature, has the first one's place.
                    if !self.modules.contains_key(&child) {
                        self.add(child, file, folder.join(&name), items, sources);
                    }
                }
                syn::Item::Use(used) => {
                    for (name, path) in leaves(&used.tree) {
                        if name == "*" {
                            module.globs.push(path);
                        } else {
                            module.names.insert(name, path);
                        }
                    }
                    // A re-export is a name for what another file has, and no import.
                    if matches!(used.vis, syn::Visibility::Inherited) {
                        module.items.push(syn::Item::Use(used));
                    }
                }
                item => {
                    module.defined.extend(name(&item));
                    module.items.push(item);
                }
            }
        }
        self.modules.insert(path, module);
    }

    /// For each file those that it imports, each with the path of an import.
    pub fn imports(&self) -> BTreeMap<PathBuf, BTreeMap<PathBuf, String>> {
        let mut imports: BTreeMap<PathBuf, BTreeMap<PathBuf, String>> = BTreeMap::new();
        for (path, module) in &self.modules {
            let mut paths = Paths(Vec::new());
            module.items.iter().for_each(|item| paths.visit_item(item));
            let imported = imports.entry(module.file.clone()).or_default();
            for used in paths.0 {
                let Some(file) = self.file_of(path, &used, 0) else { continue };
                if file != module.file {
                    imported.entry(file).or_insert_with(|| used.join("::"));
                }
            }
        }
        imports
    }

    /// The file that has the item which `path` names within the module `at`, if it is of this crate.
    fn file_of(&self, at: &ModulePath, path: &[String], depth: usize) -> Option<PathBuf> {
        // Names can lead to themselves, as in `use super::*`.
        if depth > 16 {
            return None;
        }
        let mut module = at.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" | "$crate" => (module, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|first| first == "super") {
                    module.pop();
                    rest = &rest[1..];
                }
            }
            _ => {}
        }
        while let Some(first) = rest.first() {
            let child = [module.clone(), vec![first.clone()]].concat();
            if self.modules.contains_key(&child) {
                (module, rest) = (child, &rest[1..]);
                continue;
            }
            let here = &self.modules[&module];
            if here.defined.contains(first) {
                return Some(here.file.clone());
            }
            if let Some(target) = here.names.get(first) {
                if target == rest {
                    return None;
                }
                let target = [target.as_slice(), &rest[1..]].concat();
                return self.file_of(&module, &target, depth + 1);
            }
            return here.globs.iter().find_map(|glob| {
                let target = [glob.as_slice(), rest].concat();
                self.file_of(&module, &target, depth + 1)
            });
        }
        // A module itself: naming it is not an import, unless something of it is used.
        None
    }
}

/// The sets of files that import each other, directly or through others.
pub fn circles(imports: &BTreeMap<PathBuf, BTreeMap<PathBuf, String>>) -> Vec<Vec<PathBuf>> {
    let reached = |from: &PathBuf| {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&PathBuf> =
            imports.get(from).into_iter().flatten().map(|(f, _)| f).collect();
        while let Some(file) = next.pop() {
            if reached.insert(file.clone()) {
                next.extend(imports.get(file).into_iter().flatten().map(|(file, _)| file));
            }
        }
        reached
    };
    let all: BTreeMap<&PathBuf, _> = imports.keys().map(|file| (file, reached(file))).collect();
    let mut circles = BTreeSet::new();
    for (file, reached) in all.iter().filter(|(file, reached)| reached.contains(**file)) {
        let back = reached.iter().filter(|other| all[other].contains(*file));
        circles.insert(back.cloned().collect::<Vec<_>>());
    }
    circles.into_iter().collect()
}

/// The paths of a piece of source.
struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, used: &'ast syn::ItemUse) {
        self.0.extend(leaves(&used.tree).into_iter().map(|(name, mut path)| {
            if name == "*" {
                path.push(name);
            }
            path
        }));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        self.visit_path(&invoked.path);
        self.tokens(invoked.tokens.clone());
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }
}

impl Paths {
    /// The paths in the tokens of a macro, whose grammar is not known.
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        use proc_macro2::TokenTree;
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.0.push(std::mem::take(&mut path));
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.0.push(std::mem::take(&mut path));
                    self.tokens(group.stream());
                    colons = 0;
                }
                _ => {
                    self.0.push(std::mem::take(&mut path));
                    colons = 0;
                }
            }
        }
        self.0.push(path);
    }
}

/// The names that a `use` brings, each with the whole path behind it.
fn leaves(tree: &syn::UseTree) -> Vec<(String, Vec<String>)> {
    match tree {
        syn::UseTree::Path(path) => {
            let first = path.ident.to_string();
            let mut inner = leaves(&path.tree);
            for (name, rest) in &mut inner {
                if rest.is_empty() && name == "self" {
                    name.clone_from(&first);
                }
                rest.insert(0, first.clone());
            }
            inner
        }
        syn::UseTree::Name(name) if name.ident == "self" => vec![("self".to_owned(), Vec::new())],
        syn::UseTree::Name(name) => vec![(name.ident.to_string(), vec![name.ident.to_string()])],
        syn::UseTree::Rename(renamed) if renamed.ident == "self" => {
            vec![(renamed.rename.to_string(), Vec::new())]
        }
        syn::UseTree::Rename(renamed) => {
            vec![(renamed.rename.to_string(), vec![renamed.ident.to_string()])]
        }
        syn::UseTree::Glob(_) => vec![("*".to_owned(), Vec::new())],
        syn::UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list)
                if matches!(list.tokens.to_string().as_str(), "test" | "doctest"))
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &syn::Item) -> Option<String> {
    let name = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(name.to_string())
}
