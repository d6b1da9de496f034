/** What happens when a signal aborts, by signal. */
const reactions = new WeakMap<AbortSignal, { readonly all: Set<() => void>; readonly listener: () => void }>()

/**
 * Calls `react` when the signal aborts, which it has not yet; yields the function that calls it off. Each signal is listened to once,
 * however many calls hang on it: from the eleventh listener on Node would warn of a leak.
 */
export function onAbort(signal: AbortSignal, react: () => void): () => void {
  const entry = reactions.get(signal) ?? listen(signal)
  entry.all.add(react)
  return () => {
    if (!entry.all.delete(react) || entry.all.size > 0) return
    signal.removeEventListener('abort', entry.listener)
    if (reactions.get(signal) === entry) reactions.delete(signal)
  }
}

function listen(signal: AbortSignal) {
  const all = new Set<() => void>()
  const listener = () => {
    reactions.delete(signal)
    for (const react of all) {
      all.delete(react)
      react()
    }
  }
  const entry = { all, listener }
  reactions.set(signal, entry)
  signal.addEventListener('abort', listener, { once: true })
  return entry
}
