const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** MySQL's list of sessions makes utf8mb3 of what they run, and fails while somebody beside us runs a statement with other bytes: asked again then. */
export async function listed<T>(ask: () => Promise<T>): Promise<T> {
  for (let i = 0; ; i++) {
    try {
      return await ask()
    } catch (error) {
      if (i === 100 || !/Cannot convert string/.test((error as Error).message)) throw error
      await pause(20)
    }
  }
}
