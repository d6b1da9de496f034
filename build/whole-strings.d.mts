export function wholeStrings(code: string, map: string): Promise<{ code: string; map: string }>
