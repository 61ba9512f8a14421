/** Headless WebGL 2: the only native import, and the virtual display that it needs on Linux. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { AntbeeError, explainSystemError, failed } from "../../src/shared/errors.js";

const DEBIAN_PACKAGES = "xvfb libgl1-mesa-dri libgl1 libegl1 libxi6";
const INSTALL = `install Debian's packages ${DEBIAN_PACKAGES}`;
const DISPLAY_START_MS = 15_000;

export interface GlContext {
  gl: WebGL2RenderingContext;
  /** The driver's own name for what draws, such as llvmpipe. */
  renderer: string;
  close(): void;
}

/**
 * Opens a WebGL 2 context, and a display for it where DISPLAY names none.
 * @throws exit 1, in one sentence that names the packages, where either cannot be had
 */
export async function openContext(width: number, height: number): Promise<GlContext> {
  const stopDisplay = process.platform === "linux" && !process.env.DISPLAY ? await startDisplay() : undefined;
  try {
    const gl = await createContext(width, height);
    const renderer = String(gl.getParameter(gl.RENDERER));
    return { gl, renderer, close: () => closeContext(gl) };
  } catch (error) {
    stopDisplay?.();
    throw error;
  }
}

async function createContext(width: number, height: number): Promise<WebGL2RenderingContext> {
  const gl = await import("gl")
    .then(({ default: createGl }) =>
      createGl(width, height, { createWebGL2Context: true, preserveDrawingBuffer: true }),
    )
    .catch((error) => {
      throw failed("display", `headless GL cannot be loaded (${firstLine(error)}); ${INSTALL}`, error);
    });
  if (!gl) throw failed("display", `no WebGL 2 context on DISPLAY=${process.env.DISPLAY}; ${INSTALL}`);
  destroySpare(gl);
  return gl as unknown as WebGL2RenderingContext;
}

/**
 * What headless GL hands out is a facade over its context, and owns a second context that nothing draws with. When the
 * facade is collected, that one makes itself current to clear itself away, and if the collection falls into a call to
 * the driver, the call is lost: one in some hundred thousand matrices, and with it a body or all bodies of a picture.
 * The facade's `destroy` is its own, not the context's, whose is had by an extension.
 */
function destroySpare(facade: object): void {
  (facade as { destroy(): void }).destroy();
}

const firstLine = (error: Error) => error.message.split("\n")[0];

function closeContext(gl: WebGL2RenderingContext): void {
  gl.getExtension("STACKGL_destroy_context")?.destroy();
}

/**
 * The display, and beside it a reader of a pipe that nobody writes to: it ends with this process, whatever ended that,
 * and takes the display along. So a process that is killed before its first client came leaves none behind either.
 */
const WATCHED_DISPLAY = `
  exec 4<&0
  command -v Xvfb >/dev/null || exit 127
  Xvfb -displayfd 3 -screen 0 64x64x24 -nolisten tcp -terminate &
  display=$!
  exec 3>&-
  { cat <&4 >/dev/null; kill $display 2>/dev/null; } &
  watch=$!
  wait $display
  code=$?
  kill $watch 2>/dev/null
  exit $code
`;
/** Exit codes that the shell gives, not the display. */
const SHELL_SAYS: Record<number, string> = {
  2: "Xvfb cannot be started: no further process can be started (ulimit -u)",
  127: `Xvfb is not installed; ${INSTALL}`,
};

/**
 * Starts an Xvfb on a free number. It ends by itself when its last client goes, so that a process that ends well does
 * not lose it under the driver's feet.
 * @returns what ends a display that no client has come to
 */
async function startDisplay(): Promise<() => void> {
  const server = spawn("/bin/sh", ["-c", WATCHED_DISPLAY], { stdio: ["pipe", "ignore", "ignore", "pipe"] });
  server.stdin!.on("error", () => undefined); // the display has ended before it was told to
  process.env.DISPLAY = `:${await displayNumber(server)}`;
  server.once("exit", () => {
    delete process.env.DISPLAY;
  });
  server.unref();
  (server.stdin as unknown as { unref(): void }).unref();
  (server.stdio[3] as unknown as { unref(): void }).unref();
  return () => server.stdin!.end();
}

function displayNumber(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const give = (why: string) => {
      clearTimeout(late);
      reject(failed("display", why));
    };
    const late = setTimeout(() => {
      server.stdin!.end();
      give(`Xvfb did not start in time; ${INSTALL}`);
    }, DISPLAY_START_MS);
    server.once("error", (error: NodeJS.ErrnoException) =>
      give(explainSystemError("Xvfb cannot be started", error).message),
    );
    server.once("exit", (code) =>
      give(SHELL_SAYS[code ?? 0] ?? `Xvfb ended at once with code ${code}; ${INSTALL}`),
    );
    (server.stdio[3] as Readable).once("data", (chunk) => {
      clearTimeout(late);
      server.removeAllListeners("exit");
      resolve(String(chunk).trim());
    });
  });
}

/** Whether rendering can work here, in one sentence: for a machine's check-up. */
export async function describeContext(): Promise<{ ok: boolean; text: string }> {
  try {
    const context = await openContext(16, 16);
    const text = context.renderer;
    context.close();
    return { ok: true, text };
  } catch (error) {
    if (error instanceof AntbeeError) return { ok: false, text: error.message };
    throw error;
  }
}
