import process from "node:process";

/** Returns an environment variable; undefined where it is not set, is empty, or may not be read. */
export const environmentVariable = (name: string): string | undefined => {
  try {
    return process.env[name] || undefined;
  } catch {
    return undefined;
  }
};

/**
 * Returns the folder downloads are kept in: `$XDG_CACHE_HOME/pyrosaur` where that is set, else
 * `~/.cache/pyrosaur`, `~/Library/Caches/pyrosaur` (macOS) or `%LOCALAPPDATA%\pyrosaur` (Windows).
 * Undefined where none of these is known.
 *
 * @param platform of Node's names: `linux`, `darwin`, `win32` ... (default: this machine's)
 */
export function cacheDir(platform: string = process.platform): string | undefined {
  const xdg = environmentVariable("XDG_CACHE_HOME"),
    home = environmentVariable("HOME") ?? environmentVariable("USERPROFILE");
  if (xdg) return `${xdg}/pyrosaur`;
  if (platform === "win32") {
    const local = environmentVariable("LOCALAPPDATA");
    return local && `${local}\\pyrosaur`;
  }
  return home && (platform === "darwin" ? `${home}/Library/Caches/pyrosaur` : `${home}/.cache/pyrosaur`);
}
