// The terminal's colours, for both themes. All sixteen are readable on their background.
import type { ITheme } from '@xterm/xterm';

const light: ITheme = {
  background: '#ffffff',
  foreground: '#1a1d1a',
  cursor: '#ffffff',
  selectionBackground: '#b9e0d9',
  black: '#1a1d1a',
  red: '#b0261f',
  green: '#1c6b2f',
  yellow: '#8a5300',
  blue: '#1d5fa8',
  magenta: '#8b2f97',
  cyan: '#0d6b75',
  white: '#5b6159',
  brightBlack: '#6b7168',
  brightRed: '#c8352d',
  brightGreen: '#277d3c',
  brightYellow: '#9a6200',
  brightBlue: '#2a70c0',
  brightMagenta: '#a03fae',
  brightCyan: '#157c87',
  brightWhite: '#33382f',
};

const dark: ITheme = {
  background: '#0c0f0e',
  foreground: '#dfe3de',
  cursor: '#0c0f0e',
  selectionBackground: '#2a5a52',
  black: '#3a423d',
  red: '#ff9488',
  green: '#7fce8d',
  yellow: '#f0b65c',
  blue: '#86bbf5',
  magenta: '#dda2ea',
  cyan: '#6fd2d6',
  white: '#dfe3de',
  brightBlack: '#8f9a93',
  brightRed: '#ffb0a6',
  brightGreen: '#a0e0aa',
  brightYellow: '#f8cd86',
  brightBlue: '#aad0fa',
  brightMagenta: '#eabdf4',
  brightCyan: '#97e3e6',
  brightWhite: '#ffffff',
};

export const palette = (isDark: boolean): ITheme => (isDark ? dark : light);
