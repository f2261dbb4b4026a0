//! The README as sections of code blocks.

const README: &str = include_str!("../../../README.md");
const FENCE: &str = "```";

pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) blocks: Vec<Block>,
}

pub(crate) struct Block {
    pub(crate) language: &'static str,
    pub(crate) text: String,
}

impl Block {
    /// The file that its first line names, in a comment.
    pub(crate) fn path(&self) -> Option<&str> {
        let first = self.text.lines().next()?;
        first.strip_prefix("// ").or(first.strip_prefix("# "))
    }
}

impl Section {
    pub(crate) fn is_crate(&self) -> bool {
        let mut paths = self.blocks.iter().filter_map(Block::path);
        paths.any(|path| path == "Cargo.toml")
    }
}

pub(crate) fn section(title: &str) -> Section {
    let found = sections()
        .into_iter()
        .find(|section| section.title == title);
    found.unwrap_or_else(|| panic!("the README has no section `{title}`"))
}

pub(crate) fn sections() -> Vec<Section> {
    let mut sections = Vec::new();
    let mut lines = README.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix(FENCE) {
            let block = Block {
                language,
                text: lines
                    .by_ref()
                    .take_while(|line| *line != FENCE)
                    .flat_map(|line| [line, "\n"])
                    .collect(),
            };
            let section: Option<&mut Section> = sections.last_mut();
            section.expect("a heading comes first").blocks.push(block);
        } else if line.starts_with('#') {
            sections.push(Section {
                title: line.trim_start_matches('#').trim(),
                blocks: Vec::new(),
            });
        }
    }
    sections
}
