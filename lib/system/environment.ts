/** An environment variable; undefined where it is not set, is empty, or may not be read. */
export const environmentVariable = (name: string): string | undefined => {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined;
  }
};

/**
 * The folder downloads are kept in: `$XDG_CACHE_HOME/pyrosaur` where that is set, else
 * `~/.cache/pyrosaur`, `~/Library/Caches/pyrosaur` (macOS) or `%LOCALAPPDATA%\pyrosaur` (Windows).
 * Undefined where none of these is known.
 */
export function cacheDir(os: string = Deno.build.os): string | undefined {
  const xdg = environmentVariable("XDG_CACHE_HOME"),
    home = environmentVariable("HOME") ?? environmentVariable("USERPROFILE");
  if (xdg) return `${xdg}/pyrosaur`;
  if (os === "windows") {
    const local = environmentVariable("LOCALAPPDATA");
    return local && `${local}\\pyrosaur`;
  }
  return home && (os === "darwin" ? `${home}/Library/Caches/pyrosaur` : `${home}/.cache/pyrosaur`);
}
