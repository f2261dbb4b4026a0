use crate::args::Options;
pub(crate) fn run(_: &Options) -> anyhow::Result<()> {
    Ok(())
}
