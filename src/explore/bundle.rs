//! The page's modules as one script: a browser needs a few milliseconds for each request.

use std::collections::BTreeSet;
use std::fmt::Write;

/// The modules that `main` imports, directly or not, and `main` itself at the end, with the same meaning as one module.
/// Each of the others becomes a function that is called once and returns what it exports.
///
/// `source` has the text of a module by its name. Imports are lines of their own, as `import { a, b as c } from "./d.js";`,
/// no module imports one that imports it, and an export stands in front of a declaration.
pub fn bundled(main: &str, source: impl Fn(&str) -> &'static str) -> String {
    let mut bundle = Bundle { source, known: BTreeSet::new(), text: String::new() };
    let body = bundle.imported(main);
    bundle.text.push_str(&body);
    bundle.text
}

struct Bundle<Source> {
    source: Source,
    known: BTreeSet<String>,
    text: String,
}

impl<Source: Fn(&str) -> &'static str> Bundle<Source> {
    /// Adds what a module imports, and returns the module's text with imports that are declarations.
    fn imported(&mut self, name: &str) -> String {
        let mut body = String::new();
        for line in (self.source)(name).lines() {
            match import(line) {
                Some((names, from)) => {
                    if self.known.insert(from.to_owned()) {
                        self.add(from);
                    }
                    let names = names.replace(" as ", ": ");
                    // Writing to a string cannot fail.
                    let _ = writeln!(body, "const {{{names}}} = {};", variable(from));
                }
                None => body.extend([line, "\n"]),
            }
        }
        body
    }

    fn add(&mut self, name: &str) {
        let body = self.imported(name);
        let exports: Vec<_> = body.lines().filter_map(exported).collect();
        let (variable, exports) = (variable(name), exports.join(", "));
        let _ = writeln!(self.text, "const {variable} = (() => {{ // {name}");
        for line in body.lines() {
            self.text.extend([line.strip_prefix("export ").unwrap_or(line), "\n"]);
        }
        let _ = writeln!(self.text, "return {{ {exports} }};\n}})();");
    }
}

/// The names that a line imports, and from which module.
fn import(line: &str) -> Option<(&str, &str)> {
    let names = line.strip_prefix("import {")?;
    names.strip_suffix("\";")?.split_once("} from \"./")
}

/// The name that a line exports.
fn exported(line: &str) -> Option<&str> {
    let declaration = line.strip_prefix("export ")?.trim_start_matches("async ");
    let (_, name) = declaration.split_once(' ')?;
    name.split(|character: char| !character.is_alphanumeric() && character != '_').next()
}

fn variable(name: &str) -> String {
    format!("module_{}", name.trim_end_matches(".js"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_come_before_those_that_import_them() {
        let source = |name: &str| match name {
            "main.js" => {
                "import { b } from \"./b.js\";\nimport { a as x, A } from \"./a.js\";\nawait b(x, A);\n"
            }
            "b.js" => "import { a } from \"./a.js\";\nexport async function b() { return a; }\n",
            _ => "// One.\nexport const a = 1;\nexport class A {}\nconst own = 2;\n",
        };
        let expected = "\
const module_a = (() => { // a.js
// One.
const a = 1;
class A {}
const own = 2;
return { a, A };
})();
const module_b = (() => { // b.js
const { a } = module_a;
async function b() { return a; }
return { b };
})();
const { b } = module_b;
const { a: x, A } = module_a;
await b(x, A);
";
        assert_eq!(bundled("main.js", source), expected);
    }
}
