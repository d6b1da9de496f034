export { type Functions, run } from './run.js'
